// A rule is a test of the compiled template, and of itself: each of its breaks must make it speak.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { text } from './template.mjs';

/** The modules of the template, itself among them, and its deployments with all parameters and with their resources by type. */
function read(json) {
  const { files, template, deployed } = JSON.parse(json);
  const inner = Object.values(template.resources).filter(({ type }) => type === 'Microsoft.Resources/deployments');
  const modules = { main: template, ...Object.fromEntries(inner.map(({ name, properties }) => [name, properties.template])) };
  const declared = Object.values(modules).flatMap(({ resources }) => Object.values(resources));
  const defaults = Object.fromEntries(Object.entries(template.parameters).map(([name, { defaultValue }]) => [name, defaultValue]));
  const deployments = deployed.map(({ name, parameters, resources }) => ({
    name,
    chosen: { ...defaults, ...parameters },
    all: type => resources.filter(resource => resource.type === type),
  }));
  return { files, template, modules, declared, deployments };
}

/**
 * @param name What holds.
 * @param check From the template to a list of problems.
 * @param breaks Each a piece of its JSON, and what to put in its place so that it no longer holds.
 */
export function rule(name, check, ...breaks) {
  test(name, () => assert.deepEqual(check(read(text)), []));
  test(`${name}: the check can fail`, () => {
    assert.ok(breaks.length > 0);
    for (const [from, to] of breaks) {
      assert.ok(text.includes(from), `nowhere is ${from}`);
      assert.notDeepEqual(check(read(text.replaceAll(from, () => to))), [], `${from} → ${to}`);
    }
  });
}

/** Problems where something is not as expected: of objects, only what is expected is looked at. */
export function differs(actual, expected, path) {
  if (expected === null || typeof expected !== 'object' || Array.isArray(expected))
    return isDeepStrictEqual(actual, expected) ? [] : [`${path} is ${JSON.stringify(actual)}`];
  return Object.entries(expected).flatMap(([key, value]) => differs(actual?.[key], value, `${path}.${key}`));
}

/** Problems where a list has not exactly what is expected, in whatever order. */
export const unlike = (found, expected) => [
  ...expected.filter(one => !found.includes(one)).map(one => `${one} is missing`),
  ...found.filter((one, i) => !expected.includes(one) || found.indexOf(one) !== i).map(one => `${one} is not expected`),
];

/** The check of each deployment by itself. */
export const each = check => all =>
  all.deployments.flatMap(deployment => check(deployment, all).map(problem => `${deployment.name}: ${problem}`));

/**
 * The check that each deployment has one resource of a type, as expected.
 * @param expected From all that was chosen, and the deployment, to what the resource says.
 */
export const one = (type, expected) =>
  each(deployment => {
    const [found, ...more] = deployment.all(type);
    return [...more.map(({ id }) => `there is ${id} too`), ...differs(found, expected(deployment.chosen, deployment), type)];
  });
