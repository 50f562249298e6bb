// Prints which test holds the server to which section, read from the [Rfc] and [Spec] attributes in the sources.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

const sources = directory =>
  readdirSync(directory, { withFileTypes: true }).flatMap(entry => {
    const path = join(directory, entry.name);
    if (entry.isDirectory())
      return ['bin', 'obj', 'node_modules', 'Shared'].includes(entry.name) ? [] : sources(path);
    return entry.name.endsWith('.cs') ? [path] : [];
  });

// Attribute lists may name several attributes: [Fact, Rfc(6749, "4.1.2"), Rfc(7636, "4.6")].
const marks = line => {
  const attributes = line.matchAll(/\b(?:Rfc\((\d+)|Spec\("([^"]+)"),\s*"([^"]+)"\)/g);
  return [...attributes].map(([, number, name, section]) => ({ name: number ? `RFC ${number}` : name, section }));
};

/** What each attribute marks: a test, or a class and so every test in it. */
export function read(text) {
  const found = [];
  let [pending, ofClass, type] = [[], [], ''];
  for (const line of text.split('\n')) {
    if (/^\s*\[/.test(line))
      pending.push(...marks(line));
    const declared = /^\s*(?:public|internal)\s.*\bclass\s+(\w+)/.exec(line);
    if (declared)
      [type, ofClass, pending] = [declared[1], pending, []];
    const test = /^\s*public\s.*?(\w+)\s*\(/.exec(line);
    if (!declared && test) {
      found.push(...[...ofClass, ...pending].map(mark => ({ mark, ...mark, test: `${type}.${test[1]}` })));
      pending = [];
    }
  }
  return found;
}

export const all = () => sources(folder).flatMap(path => read(readFileSync(path, 'utf8')).map(row => ({ ...row, file: relative(folder, path) })));

/** How many attributes there are, whatever they mark. */
export const attributes = () => sources(folder).reduce((sum, path) => sum + (readFileSync(path, 'utf8').match(/\b(?:Rfc|Spec)\(/g) ?? []).length, 0);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const order = new Intl.Collator('en', { numeric: true });
  const rows = all().sort((a, b) => order.compare(a.name, b.name) || order.compare(a.section, b.section) || order.compare(a.test, b.test));
  for (const { name, section, test } of rows)
    console.log(`${`${name} §${section}`.padEnd(28)} ${test.replaceAll('_', ' ').replace('.', ': ')}`);
}
