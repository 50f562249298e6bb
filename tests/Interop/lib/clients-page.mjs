import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './server.mjs';

const page = join(root, 'CLIENTS.md');
const version = library => JSON.parse(readFileSync(join(root, 'tests/Interop/node_modules', library, 'package.json'), 'utf8')).version;

/**
 * The documented examples of one file of tests, and their table in CLIENTS.md, which is that of `section`. Each runs as it is
 * documented: with issuer, client id, secret and redirect URI filled in, and nothing else but what it `needs`; a test with
 * such a need shows that the example fails without; one of an example that `fails` shows how.
 */
export function examplesOf(section) {
  const rows = [];

  const example = ({ library, installed = library, title, documentation, needs, fails }, run) =>
    test(`${library}: ${title}`, async t => {
      await run(t);
      const outcome = fails ? `does not work: ${fails}` : needs ? `needs ${needs}` : 'works';
      rows.push(`| ${library} ${version(installed)} | [${title}](${documentation}) | ${outcome} |`);
    });

  /** To be called last. UPDATE_CLIENTS=1 writes the table anew. */
  const checkPage = () =>
    test(`CLIENTS.md says what works, for ${section}`, () => {
      const [start, end] = [`<!-- ${section} -->`, `<!-- /${section} -->`];
      const expected = [start, '| library | documented example | as it is |', '|---|---|---|', ...rows.sort(), end].join('\n');
      const text = readFileSync(page, 'utf8');
      const [from, to] = [text.indexOf(start), text.indexOf(end) + end.length];
      if (process.env.UPDATE_CLIENTS === '1')
        writeFileSync(page, text.slice(0, from) + expected + text.slice(to));
      else
        assert.equal(text.slice(from, to), expected);
    });

  return { example, checkPage };
}
