// infra/bootstrap and infra/destroy as they run, up to an az that only writes down what it is told.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Sandbox, secret } from './lib/sandbox.mjs';

test('infra/destroy shows what goes, warns of the name that stays, asks, and deletes', async t => {
  const answers = [{ call: 'az resource list', stdout: 'Microsoft.KeyVault/vaults\tposternvault\n' }];
  for (const [answer, status, last] of [['n', 1, 'az resource list'], ['y', 0, 'az group delete']]) {
    const sandbox = new Sandbox(t, { answers });
    const result = sandbox.runInTerminal('infra/destroy --resource-group g', `${answer}\n`);
    assert.equal(result.status, status, result.stdout);
    assert.match(result.stdout, /posternvault[^]*stays taken, for 90 days[^]*recoverVault=true/);
    assert.equal(sandbox.steps.at(-1), last);
  }
  for (const step of ['az group exists', 'az resource list', 'az group delete']) {
    const failing = new Sandbox(t, { answers: [{ call: step, exit: 1 }] });
    assert.equal((await failing.run('infra/destroy', ['--resource-group', 'g', '--yes'])).code, 1);
    assert.equal(failing.steps.at(-1), step);
  }
  const gone = new Sandbox(t, { answers: [{ call: 'az group exists', stdout: 'false\n' }] });
  assert.match((await gone.run('infra/destroy', ['--resource-group', 'g', '--yes'])).stderr, /There is no resource group g\./);
  assert.equal(gone.steps.at(-1), 'az group exists');
});

test('infra/bootstrap shows secrets on a terminal, and nowhere else', async t => {
  const command = ['--resource-group', 'g', '--client', 'web', '--redirect-uri', 'https://app.example.com/cb', '--user', 'alice'];
  const piped = new Sandbox(t);
  const refused = await piped.run('infra/bootstrap', command);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /Secrets are shown on a terminal only/);
  assert.deepEqual(piped.calls, []);
  const sandbox = new Sandbox(t);
  const { status, stdout } = sandbox.runInTerminal(`infra/bootstrap ${command.join(' ')}`, '');
  assert.equal(status, 0, stdout);
  assert.ok(stdout.includes(secret));
  const made = ['postern client add web', 'postern user add alice'];
  assert.deepEqual(sandbox.steps, ['az account show', 'az deployment group show', 'dotnet build src/Cli/Cli.csproj', ...made]);
});

test('infra/bootstrap runs any command on the deployment, and prints its settings for a shell', async t => {
  const sandbox = new Sandbox(t);
  const listed = await sandbox.run('infra/bootstrap', ['--resource-group', 'g', '--', 'client', 'list', '--json']);
  assert.equal(listed.code, 0, listed.stderr);
  assert.deepEqual(sandbox.calls.at(-1).words, 'postern client list --json');
  assert.equal(sandbox.calls.at(-1).storage, 'https://posterntables.table.core.windows.net');
  writeFileSync(join(sandbox.folder, 'eval'), 'eval "$(infra/bootstrap --resource-group g --export)"\necho "$POSTERN_ISSUER $POSTERN_SIGNING"\n');
  assert.equal((await sandbox.run('sh', ['eval'])).stdout, 'https://postern.example.com vault\n');
});
