// Prints which test of ours holds the same conditions as each module of the OpenID conformance suite (conformance.txt): one that
// has an attribute [Conformance("name")], or the module's name in brackets at the end of its own. Ends with how many have none.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

const files = directory =>
  readdirSync(directory, { withFileTypes: true }).flatMap(entry => {
    const path = join(directory, entry.name);
    if (entry.isDirectory())
      return ['bin', 'obj', 'node_modules', 'Shared'].includes(entry.name) ? [] : files(path);
    return /\.cs$|\.test\.mjs$/.test(entry.name) ? [path] : [];
  });

/** Profile and module of each line of the list. */
export function modules(text) {
  const [rows, profiles] = [[], {}];
  let profile = '';
  for (const line of text.split('\n').filter(line => line && !line.startsWith('#'))) {
    if (!line.startsWith(' ')) {
      profiles[(profile = line)] = [];
      continue;
    }
    const name = line.trim();
    profiles[profile].push(...(name.startsWith('= ') ? profiles[name.slice(2)] : [name]));
  }
  for (const [name, list] of Object.entries(profiles))
    rows.push(...list.map(module => ({ profile: name, module })));
  return rows;
}

/** What the tests of a C# file are marked with. A mark without a name stands for the first argument of each InlineData. */
export function readSource(text) {
  const found = [];
  let [type, marks, data] = ['', [], []];
  for (const line of text.split('\n')) {
    for (const [, name, profile] of line.matchAll(/\bConformance(?:\((?:"([^"]+)")?(?:,? ?Profile = "([^"]+)")?\)(?=[,\]])|(?=[,\]]))/g))
      marks.push({ name, profile });
    data.push(...[...line.matchAll(/\bInlineData\("([^"]+)"/g)].map(([, first]) => first));
    type = /^\s*(?:public|internal)\s.*\bclass\s+(\w+)/.exec(line)?.[1] ?? type;
    const test = /^\s*public\s.*?(\w+)\s*\(/.exec(line);
    if (!test || /\bclass\b/.test(line))
      continue;
    for (const { name, profile } of marks)
      found.push(...(name ? [name] : data).map(module => ({ module, profile, test: `${type}: ${test[1].replaceAll('_', ' ')}` })));
    [marks, data] = [[], []];
  }
  return found;
}

/** The same of a file of node's tests. */
export const readScript = text =>
  [...text.matchAll(/\btest\('([^'[]+) \[([^\]]+)\]'/g)].flatMap(([, test, names]) => names.split(', ').map(module => ({ module, test })));

export const marks = () =>
  files(folder).flatMap(path => (path.endsWith('.cs') ? readSource : readScript)(readFileSync(path, 'utf8')));

export const list = () => modules(readFileSync(join(folder, 'conformance.txt'), 'utf8'));

/** Each module with the tests of its conditions. One of a profile's own counts for that alone, and a profile that has any needs them. */
export function table(rows, found) {
  const own = new Set(found.map(mark => mark.profile).filter(Boolean));
  return rows.map(({ profile, module }) => ({
    profile,
    module,
    tests: [
      ...new Set(found.filter(mark => mark.module === module && mark.profile === (own.has(profile) ? profile : undefined)).map(mark => mark.test)),
    ],
  }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = table(list(), marks());
  for (const { profile, module, tests } of rows)
    console.log(`${profile.padEnd(24)} ${module.padEnd(60)} ${tests.join('; ') || '-'}`);
  console.log(`${rows.filter(({ tests }) => tests.length === 0).length} of ${rows.length} without a test`);
}
