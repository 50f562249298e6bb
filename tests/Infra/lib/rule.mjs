// A rule is a test of the templates, and of itself: each of its breaks must make it speak.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read, texts } from './bicep.mjs';

const original = texts();

/** The templates as objects. */
function templates(all) {
  const files = Object.keys(all).filter(name => name.endsWith('.bicep')).map(name => read(all[name], name));
  const parameters = Object.keys(all).filter(name => name.endsWith('.parameters.json')).map(name => ({ name, ...JSON.parse(all[name]) }));
  const named = name => files.find(file => file.name === name);
  const resources = files.flatMap(file => file.resources.map(resource => ({ ...resource, file: file.name })));
  const resource = (file, symbol) => named(file)?.resources.find(found => found.name === symbol)?.body ?? {};
  return { files, parameters, roles: JSON.parse(all['roles.json']), named, resources, resource };
}

/**
 * @param name What holds.
 * @param check From templates to a list of problems.
 * @param breaks Each a file, what is in it, and what to put in its place so that it no longer holds.
 */
export function rule(name, check, ...breaks) {
  test(name, () => assert.deepEqual(check(templates(original)), []));
  test(`${name}: the check can fail`, () => {
    assert.ok(breaks.length > 0);
    for (const [file, from, to] of breaks) {
      assert.ok(original[file].includes(from), `${file} has no ${from}`);
      assert.notDeepEqual(check(templates({ ...original, [file]: original[file].replace(from, () => to) })), [], `${file}: ${from} → ${to}`);
    }
  });
}
