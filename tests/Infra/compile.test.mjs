// What the Bicep compiler and its linter say of the templates. The package Azure.Bicep.CommandLine has them, in the version that
// Directory.Packages.props names; restoring tests/BicepCompiler brings it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const name = 'Azure.Bicep.CommandLine.linux-x64';
const [, version] = readFileSync(join(root, 'Directory.Packages.props'), 'utf8').match(`Include="${name}" Version="([^"]+)"`);
const packages = process.env.NUGET_PACKAGES ?? join(homedir(), '.nuget/packages');
const bicep = join(packages, name.toLowerCase(), version, 'tools/bicep');

/** The exit code, what it warns of, and the ARM template that it makes. */
const compile = folder =>
  new Promise(resolve =>
    execFile(bicep, ['build', join(folder, 'main.bicep'), '--stdout'], { maxBuffer: 1 << 24 }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, said: stderr.trim(), template: stdout })
    )
  );

test('The templates compile, and neither the compiler nor its linter has a word to say', async () => {
  const { code, said, template } = await compile(join(root, 'bicep'));
  assert.deepEqual({ code, said }, { code: 0, said: '' });
  assert.ok(JSON.parse(template).resources);
});

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

test('The templates compile without a word: the check can fail', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'bicep-'));
  t.after(() => rmSync(folder, { recursive: true }));
  cpSync(join(root, 'bicep'), folder, { recursive: true });
  for (const [file, from, to] of breaks) {
    const text = readFileSync(join(folder, file), 'utf8');
    assert.ok(text.includes(from), `${file} has no ${from}`);
    writeFileSync(join(folder, file), text.replace(from, () => to));
  }
  const { code, said } = await compile(folder);
  assert.equal(code, 1);
  for (const [, , , expected] of breaks)
    assert.match(said, expected);
});
