// The cost page's arithmetic: each amount follows from its own tables of steps and prices.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { table } from './lib/markdown.mjs';
import { parametersIn, template } from './lib/template.mjs';

const page = readFileSync(new URL('../../infra/COST.md', import.meta.url), 'utf8');
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const number = text => Number(text.replaceAll(',', ''));

const login = { calls: 0, operations: 0, signatures: 0, lines: 0 };
for (const [calls, reads, writes, signatures, lines, each] of [...table(page, '| step |').values()].map(row => row.map(number))) {
  login.calls += calls * each;
  login.operations += (reads + writes) * each;
  login.signatures += signatures * each;
  login.lines += lines * each;
}

const prices = table(page, '| price |');
const price = (name, amount) => {
  const [dollars, per, free] = prices.get(name).map(number);
  return (Math.max(0, amount - free) / per) * dollars;
};

const param = name => template.parameters[name].defaultValue;
const [gigabytes, month] = [param('instanceMemory') / 1024, 730 * 3600];
const kilobyte = 1e-6;
const sources = new URL('../../src/', import.meta.url);
const code = readdirSync(sources, { recursive: true }).filter(path => path.endsWith('.cs'));
const timers = code.filter(path => readFileSync(new URL(path, sources), 'utf8').includes('[TimerTrigger(')).length;
const stated = pattern => number(pattern.exec(page)[1]);
const starts = stated(/([\d,]+) starts of an instance a month/);
const refused = 1 / stated(/one call in (\d+)/);
// Kilobytes; a line is one.
const logged = {
  login: (stated(/record of each call, ([\d.]+) KB/) + refused) * login.calls + login.lines,
  start: stated(/(\d+) for each start/),
};
const rotations = keys => price('Key Vault scheduled rotation', (keys * 365) / 90 / 12);
const lines = {
  'function calls': logins => price('function call (Flex Consumption)', login.calls * logins),
  'memory time': logins => price('memory time, GB-seconds', gigabytes * Math.min(login.calls * logins, month)),
  'table operations': logins => price('table operation', login.operations * logins),
  'table storage': logins => price('table storage in one zone, GB-months', 3 * 2 * kilobyte * logins),
  telemetry: logins => price('telemetry, GB', kilobyte * (logged.login * logins + logged.start * starts)),
  'Key Vault, wrapped keys': () => price('Key Vault operation, RSA-2048', 2 * starts) + rotations(1),
  'Key Vault, vault signs RS256': logins => price('Key Vault operation, RSA-2048', login.signatures * logins) + rotations(2),
  'Key Vault, vault signs ES256': logins => price('Key Vault operation, P-256', login.signatures * logins) + rotations(2),
  'log of key use, where the vault signs': logins => price('telemetry, GB', kilobyte * login.signatures * logins),
  // http is one group of instances, each other function is a group of its own.
  'instances in several zones, where chosen': () =>
    price('memory time of instances kept running, GB-seconds', 2 * (1 + timers) * gigabytes * month),
};
const common = ['function calls', 'memory time', 'table operations', 'table storage', 'telemetry'];
const sum = names => logins => names.reduce((total, name) => total + lines[name](logins), 0);
const totals = {
  'all, wrapped keys': sum([...common, 'Key Vault, wrapped keys']),
  'all, vault signs RS256': sum([...common, 'Key Vault, vault signs RS256', 'log of key use, where the vault signs']),
  'all, vault signs ES256': sum([...common, 'Key Vault, vault signs ES256', 'log of key use, where the vault signs']),
};

const months = table(page, '| | 1,000 logins');
for (const [name, amounts] of months)
  test(`a month: ${name}`, () =>
    assert.deepEqual(amounts, [1_000, 100_000, 1_000_000].map(logins => (lines[name] ?? totals[name])(logins).toFixed(2))));

test('every line of a month is on the page', () => assert.deepEqual([...months.keys()], Object.keys({ ...lines, ...totals })));

test('what peers ask follows from their prices', () => {
  for (const [name, [each, free, ...amounts]] of table(page, '| | dollars a user')) {
    const owed = users => Math.round(Math.max(0, users - number(free)) * number(each));
    assert.deepEqual(amounts.map(number), [100, 10_000, 100_000].map(owed), name);
  }
});

test('the README says what the page ends with', () => {
  const summary = table(readme, '| logins a month |');
  assert.equal(summary.size, 3);
  for (const [name, amounts] of summary)
    assert.deepEqual(amounts, months.get(`all, ${name}`), name);
});

test('an instance has the memory that the page counts with', () => {
  assert.ok(page.includes(`${param('instanceMemory')} MB`));
  for (const name of ['main', 'dev', 'prod'])
    assert.equal(parametersIn(name).instanceMemory, undefined, name);
});

test('whoever chooses instances in several zones is told what they cost, and nobody gets them unasked', () => {
  const { defaultValue, metadata } = template.parameters.zoneRedundantInstances;
  const dollars = `some ${Math.round(lines['instances in several zones, where chosen']())} dollars`;
  assert.ok(metadata.description.includes(dollars) && readme.includes(dollars), dollars);
  assert.equal(defaultValue, false);
  for (const name of ['main', 'dev', 'prod'])
    assert.equal(parametersIn(name).zoneRedundantInstances, undefined, name);
});

test('the page says when the day is full, and the cap of prod is above an average day of 1,000,000 logins', () => {
  const [wrapped, vault] = [logged.login, logged.login + login.signatures];
  assert.ok(page.includes(`In all ${wrapped.toFixed(0)} KB are logged for a login, ${vault.toFixed(0)} KB where the vault signs`));
  const prod = parametersIn('prod').logDailyCap;
  for (const [cap, full] of [[param('logDailyCap'), 20_000], [prod, 100_000]]) {
    assert.equal(Math.round(cap / (kilobyte * vault) / full), 1, `${cap} GB`);
    assert.ok(page.includes(`some ${full.toLocaleString('en')}`));
  }
  assert.ok((1_000_000 / 30) * vault * kilobyte < prod);
});
