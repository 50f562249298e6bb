// The scripts as text, and what they say they would do where there is no Azure.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, Sandbox } from './lib/sandbox.mjs';

const isShell = file => statSync(file).isFile() && (/\.sh$/.test(file) || /^#!.*\b(ba|da)?sh\b/.test(readFileSync(file, 'utf8').split('\n')[0]));
const inFolder = folder => readdirSync(join(root, folder)).map(name => join(folder, name));
const scripts = ['run', 'test', ...inFolder('.ci'), ...inFolder('infra')].filter(file => isShell(join(root, file)));
const group = ['--resource-group', 'g'];

test('every shell script of the repository passes shellcheck', () => {
  for (const expected of ['test', '.ci/run', 'infra/azure.sh', 'infra/deploy', 'infra/smoke'])
    assert.ok(scripts.includes(expected), `${expected} is not among ${scripts}`);
  const { error, status, stdout } = spawnSync('shellcheck', ['--external-sources', ...scripts], { cwd: root, encoding: 'utf8' });
  assert.equal(error?.code, undefined, 'shellcheck is missing: apt-get install shellcheck');
  assert.equal(status, 0, stdout);
});

test('every script of infra that is run stops at the first failure and can be run', () => {
  for (const script of scripts.filter(name => !name.endsWith('.sh'))) {
    assert.match(readFileSync(join(root, script), 'utf8'), /^set -eu/m, script);
    assert.ok(statSync(join(root, script)).mode & 0o100, `${script} cannot be run`);
  }
});

for (const name of ['deploy', 'smoke', 'bootstrap', 'destroy']) {
  test(`infra/${name} --help names every option that it takes, and ends with 0`, async t => {
    const { code, stdout } = await new Sandbox(t, { tools: [] }).run(`infra/${name}`, ['--help']);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^Usage: infra/${name} `));
    const source = readFileSync(join(root, 'infra', name), 'utf8');
    const options = [...source.matchAll(/^ {8}(--[a-z-]{3,})\)/gm)].map(match => match[1]).filter(option => option !== '--help');
    assert.ok(options.length >= 2);
    for (const option of options)
      assert.ok(stdout.includes(option), `${option} is not explained`);
  });
}

const dry = async (t, script, args) => {
  const sandbox = new Sandbox(t, { tools: [] });
  const { code, stdout, stderr } = await sandbox.run(script, [...args, '--dry-run']);
  assert.equal(code, 0, stderr);
  return stdout.trim().replace(/smoke-\d+T\d+Z-\d+/g, 'CLIENT').replace(/before-\d+T\d+Z/g, 'BEFORE').split('\n');
};

const query = "--query '[keys(properties.outputs), values(properties.outputs)[*].value]' --output tsv";
const blob = "--account-name '<DEPLOYMENT_STORAGE_ACCOUNT>' --container-name '<DEPLOYMENT_CONTAINER>' --name released-package.zip --auth-mode login";
const afterTemplate = zip => [
  `az deployment group show --resource-group g --name postern ${query}`,
  `az storage blob exists ${blob} --query exists --output tsv`,
  `az storage blob download ${blob} --file artifacts/BEFORE.zip.part --no-progress --output none`,
  'mv artifacts/BEFORE.zip.part artifacts/BEFORE.zip',
  'dotnet artifacts/bin/Cli/release/postern.dll client add CLIENT --machine --scope smoke --json',
  `az functionapp deployment source config-zip --resource-group g --name '<FUNCTION_APP_NAME>' --src ${zip} --output none`,
  "infra/smoke '<POSTERN_ISSUER>' --client-id CLIENT --wait 600",
  'dotnet artifacts/bin/Cli/release/postern.dll client remove CLIENT --yes',
];
const build = 'dotnet build src/Cli/Cli.csproj --configuration Release --nologo --verbosity quiet';
const token = 'az account get-access-token --resource https://storage.azure.com --output none';

for (const environment of ['dev', 'prod']) {
  test(`a dry run of infra/deploy to ${environment} tells the whole way, without az`, async t => {
    const given = ['--location', 'westeurope', '--environment', environment, '--parameter', 'operators=["me"]'];
    const lines = await dry(t, 'infra/deploy', [...group, ...given]);
    const parameters = `bicep/${environment}.parameters.json location=westeurope 'operators=["me"]'`;
    const template = `--resource-group g --name postern --template-file bicep/main.bicep --parameters ${parameters}`;
    assert.deepEqual(lines, [
      token,
      'infra/package',
      build,
      'az group exists --name g',
      'az group create --name g --location westeurope --output none',
      `az deployment group what-if ${template}`,
      `az deployment group create ${template} --output none`,
      ...afterTemplate('artifacts/postern.zip'),
    ]);
  });
}

test('a dry run of infra/deploy --code-only leaves group and template alone', async t => {
  assert.deepEqual(await dry(t, 'infra/deploy', [...group, '--code-only', '--package', 'old.zip']), [token, build, ...afterTemplate('old.zip')]);
});

test('a dry run of infra/bootstrap tells which client and person it would make', async t => {
  const given = ['--client', 'web', '--redirect-uri', 'https://app.example.com/cb', '--user', "o'neil"];
  assert.deepEqual(await dry(t, 'infra/bootstrap', [...group, ...given]), [
    `az deployment group show --resource-group g --name postern ${query}`,
    build,
    'dotnet artifacts/bin/Cli/release/postern.dll client add web --redirect-uri https://app.example.com/cb',
    "dotnet artifacts/bin/Cli/release/postern.dll user add 'o'\\''neil' --generate-password",
  ]);
});

test('a dry run of infra/destroy lists before it deletes', async t => {
  assert.deepEqual(await dry(t, 'infra/destroy', group), [
    'az group exists --name g',
    "az resource list --resource-group g --query '[].[type, name]' --output tsv",
    'az group delete --name g --yes',
  ]);
});

test('a dry run of infra/smoke tells the requests', async t => {
  assert.deepEqual(await dry(t, 'infra/smoke', ['https://login.example.com', '--client-id', 'c']), [
    'GET https://login.example.com/health/ready',
    'GET https://login.example.com/.well-known/openid-configuration',
    'GET <jwks_uri>',
    'POST <token_endpoint> grant_type=client_credentials as c',
  ]);
});

const misused = [
  ['infra/deploy', [], /Give --resource-group/],
  ['infra/deploy', ['--resource-group'], /--resource-group needs a value/],
  ['infra/deploy', ['--resource-group', '--yes'], /--resource-group needs a value/],
  ['infra/deploy', [...group, '--environment', 'staging'], /dev or prod/],
  ['infra/deploy', [...group, '--parameter', 'name'], /KEY=VALUE/],
  ['infra/deploy', [...group, '--patience', 'long'], /number of seconds/],
  ['infra/deploy', [...group, '--patience', '10000000000'], /number of seconds/],
  ['infra/deploy', [...group, '--what'], /'--what' is not understood/],
  ['infra/bootstrap', group, /Give --client, --user, --export/],
  ['infra/bootstrap', [...group, '--client', 'web'], /Give --redirect-uri/],
  ['infra/destroy', ['g'], /'g' is not understood/],
  ['infra/smoke', [], /Give the issuer/],
  ['infra/smoke', ['https://login.example.com/'], /no slash at its end/],
  ['infra/smoke', ['login.example.com'], /not an http or https URL/],
  ['infra/smoke', ['https://a.example', 'https://b.example'], /One issuer/],
  ['infra/smoke', ['https://a.example', '--wait', '10000000000'], /number of seconds/],
];

test('what is not understood ends with 2, a sentence and the way to help, and calls nothing', async t => {
  const sandbox = new Sandbox(t);
  for (const [script, args, sentence] of misused) {
    const { code, stderr } = await sandbox.run(script, args);
    assert.equal(code, 2, `${script} ${args}: ${stderr}`);
    assert.match(stderr, sentence);
    assert.match(stderr, /--help' tells more/);
  }
  assert.deepEqual(sandbox.calls, []);
  assert.ok(existsSync(join(sandbox.folder, 'infra/deploy')));
});

for (const [script, args] of [['infra/deploy', ['--yes', '--package', 'new.zip']], ['infra/destroy', ['--yes']], ['infra/bootstrap', ['--export']]]) {
  test(`${script} says how to get az, and how to log in`, async t => {
    const without = new Sandbox(t, { tools: ['dotnet'] });
    const missing = await without.run(script, [...group, ...args]);
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /az is not installed\. Install the Azure CLI: https:/);
    const out = new Sandbox(t, { answers: [{ call: 'az account show', exit: 1 }] });
    const loggedOut = await out.run(script, [...group, ...args]);
    assert.equal(loggedOut.code, 1);
    assert.match(loggedOut.stderr, /not logged in to Azure\. Run 'az login'/);
    assert.deepEqual(out.steps, ['az account show']);
  });
}
