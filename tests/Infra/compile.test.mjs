// What the Bicep compiler and its linter say of the template and of its parameter files.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bicep, bicepparam, deployed, folder, parametersIn, said, template } from './lib/template.mjs';

function scratch(t) {
  const at = mkdtempSync(join(tmpdir(), 'bicep-'));
  t.after(() => rmSync(at, { recursive: true }));
  return at;
}

test('The template compiles, and neither the compiler nor its linter has a word to say', () => assert.equal(said, ''));

// Each a file, what is in it, what to put in its place, and what must then be said. All stand in one copy, or one would hide another.
const breaks = [
  ['storage.bicep', 'supportsHttpsTrafficOnly: true', 'supportHttpsTrafficOnly: true', /BCP\d+: .*"supportHttpsTrafficOnly"/],
  ['domain.bicep', "resource certificate '", "resource certificate = '", /domain\.bicep\(\d+,\d+\) : Error BCP/],
  ['app.bicep', 'serverFarmId: plan.id', 'serverFarmId: farm.id', /Error BCP057: .*"farm"/],
  ['alerts.bicep', 'threshold: failingPercent', 'threshold: 1', /Error no-unused-params: .*"failingPercent"/],
  ['alerts.bicep', 'var queries', "var unused = 'x'\nvar queries", /Error no-unused-vars: .*"unused"/],
  ['main.bicep', '    recover: recoverVault\n', '', /Error BCP035: .*"recover"/],
  ['main.bicep', 'vaultId: vault.outputs.id', 'vaultId: vault.outputs.ids', /Error BCP053: .*"ids"/],
];

test('The template compiles without a word: the check can fail', async t => {
  const at = scratch(t);
  cpSync(folder, at, { recursive: true });
  for (const [file, from, to] of breaks) {
    const source = readFileSync(join(at, file), 'utf8');
    assert.ok(source.includes(from), `${file} has no ${from}`);
    writeFileSync(join(at, file), source.replace(from, () => to));
  }
  const { code, said } = await bicep('build', join(at, 'main.bicep'), '--stdout');
  assert.equal(code, 1);
  for (const [, , , expected] of breaks)
    assert.match(said, expected);
});

test('The parameter files give all that is required, nothing unknown, of the right type and within what is allowed', () => {
  for (const { name, said, resources } of deployed)
    assert.ok(said === '' && resources.length > 0, `${name}: ${said}`);
});

test('The parameter files are taken without a word: the check can fail', async t => {
  const at = scratch(t);
  writeFileSync(join(at, 'main.json'), JSON.stringify(template));
  const wrong = { signing: 'wrap', signer: 'vault', logRetentionDays: '90', maximumInstanceCount: 4000, settings: { POSTERN_NAMES: 'x' } };
  const { name, ...others } = parametersIn('dev');
  writeFileSync(join(at, 'nameless.bicepparam'), bicepparam({ ...others, ...wrong }));
  writeFileSync(join(at, 'long.bicepparam'), bicepparam({ name: `${name}elopment` }));
  const [nameless, long] = await Promise.all(['nameless', 'long'].map(name => bicep('build-params', join(at, `${name}.bicepparam`), '--stdout')));
  for (const expected of [/"name"/, /'wrap'/, /"signer" is assigned/, /"int".*"'90'"/, /4000/, /"POSTERN_NAMES"/])
    assert.match(nameless.said, expected);
  assert.match(long.said, /too long/);
});
