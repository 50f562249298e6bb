// infra/deploy as it runs, up to an az that only writes down what it is told.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { finished, outputsAsTsv, Sandbox, secret } from './lib/sandbox.mjs';

const args = ['--resource-group', 'g', '--package', 'new.zip', '--patience', '0', '--yes'];
const missingGroup = { call: 'az group exists', stdout: 'false\n' };
const smoke = 'dotnet run infra/smoke.cs';
const firstTime = [
  'az account show',
  'az account get-access-token',
  'dotnet build src/Cli/Cli.csproj',
  'az group exists',
  'az group create',
  'az deployment group what-if',
  'az deployment group create',
  'az deployment group show',
  'az storage blob exists',
  'az storage blob download',
  'postern client add',
  'az functionapp deployment source config-zip',
  smoke,
  'postern client remove',
];

const deploy = async (t, { answers = [], more = [], ...options } = {}) => {
  const sandbox = new Sandbox(t, { answers });
  const result = await sandbox.run('infra/deploy', [...args, ...more], options);
  assertNoSecret(sandbox, result);
  return { sandbox, ...result };
};

const assertNoSecret = (sandbox, { stdout, stderr }) => {
  assert.ok(!sandbox.calls.some(call => call.words.includes(secret)), 'the secret was an argument');
  assert.ok(!`${stdout}${stderr}`.includes(secret), 'the secret was printed');
};

const source = call => call.args[call.args.indexOf('--src') + 1];
const deployed = sandbox => sandbox.calls.filter(call => call.words.includes('config-zip')).map(source);
const kept = sandbox => readdirSync(join(sandbox.folder, 'artifacts')).filter(name => name.startsWith('before-'));

test('a deployment to a group that is missing goes all the way, in order', async t => {
  const { sandbox, code, stderr } = await deploy(t, { answers: [missingGroup], more: ['--location', 'westeurope'] });
  assert.equal(code, 0, stderr);
  assert.deepEqual(sandbox.steps, firstTime);
  assert.deepEqual(deployed(sandbox), ['new.zip']);
  assert.match(stderr, /Postern runs at https:\/\/postern\.example\.com/);
});

test('a group that is there is left as it is', async t => {
  const { sandbox, code } = await deploy(t, { more: ['--environment', 'prod', '--parameter', 'name=acme'] });
  assert.equal(code, 0);
  assert.deepEqual(sandbox.steps, firstTime.filter(step => step !== 'az group create'));
  const create = sandbox.calls.find(call => call.words.startsWith('az deployment group create'));
  assert.match(create.words, /--parameters bicep\/prod\.parameters\.json name=acme --output none$/);
});

test('a group that is missing, without a location, is a question to the operator', async t => {
  const { sandbox, code, stderr } = await deploy(t, { answers: [missingGroup] });
  assert.equal(code, 1);
  assert.match(stderr, /There is no resource group g\. Give --location/);
  assert.equal(sandbox.steps.at(-1), 'az group exists');
});

test('the token is asked for by a client of its own, whose secret comes by standard input', async t => {
  const { sandbox } = await deploy(t);
  const add = sandbox.calls.find(call => call.words.startsWith('postern client add'));
  const remove = sandbox.calls.find(call => call.words.startsWith('postern client remove'));
  const run = sandbox.calls.find(call => call.words.startsWith(smoke));
  assert.equal(run.stdin, `${secret}\n`);
  assert.deepEqual(run.args.slice(3), ['https://postern.example.com', add.args[3], '0']);
  assert.equal(remove.args[3], add.args[3]);
  assert.equal(add.storage, 'https://posterntables.table.core.windows.net');
});

test('a secret that is left in the shell is not taken for the test\'s client', async t => {
  const { sandbox } = await deploy(t, { env: { POSTERN_CLIENT_SECRET: 'of-another-client' } });
  assert.deepEqual(sandbox.calls.filter(call => call.secret !== ''), []);
});

for (const step of firstTime.slice(0, -1)) {
  test(`a deployment whose '${step}' fails ends there, and leaves no client behind`, async t => {
    // Without --roll-back what runs need not be kept, and with it a failed package is followed by the one before.
    const more = ['--location', 'westeurope', ...(step.startsWith('az storage') ? ['--roll-back'] : [])];
    const { sandbox, code } = await deploy(t, { answers: [{ call: step, exit: 3, stderr: 'it failed\n' }, missingGroup], more });
    assert.ok(code > 0, 'it failed, and ended with 0');
    const upTo = firstTime.slice(0, firstTime.indexOf(step) + 1);
    const withClient = firstTime.indexOf(step) > firstTime.indexOf('postern client add');
    assert.deepEqual(sandbox.steps, [...upTo, ...(withClient ? ['postern client remove'] : [])]);
  });
}

test('a client that cannot be removed is named, with the way to remove it', async t => {
  const { code, stderr } = await deploy(t, { answers: [{ call: 'postern client remove', exit: 3, stderr: 'storage is away\n' }] });
  assert.equal(code, 0);
  assert.match(stderr, /storage is away\nThe client smoke-\S+ is still there\. Remove it: infra\/bootstrap .* -- client remove smoke-/);
});

test('a new package that fails its test is told how to undo', async t => {
  const { sandbox, code, stderr } = await deploy(t, { answers: [{ call: smoke, exit: 1 }] });
  assert.equal(code, 1);
  const [before] = kept(sandbox);
  assert.equal(readFileSync(join(sandbox.folder, 'artifacts', before), 'utf8'), 'what ran before');
  assert.ok(stderr.includes(`Go back to what ran before: infra/deploy --resource-group g --code-only --package artifacts/${before} --yes`), stderr);
  assert.deepEqual(deployed(sandbox), ['new.zip']);
});

const configZip = 'az functionapp deployment source config-zip';
const unhealthy = 'Deployment was successful but the app appears to be unhealthy. Please check the app logs.\n';
const isAlive = ({ pid }) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

for (const [what, answer] of [
  ['fails its test', { call: smoke, exit: 1 }],
  ['cannot be deployed', { call: configZip, exit: 1 }],
  ['is not well, as az finds', { call: configZip, exit: 1, stderr: unhealthy }],
  ['is not well, which az awaits for ever', { call: configZip, hangs: true }],
]) {
  test(`with --roll-back, after a new package that ${what}, what ran before runs again at once, and it is still a failure`, async t => {
    // Patience is for roles: a package that would be deployed once more would work.
    const { sandbox, code, stderr } = await deploy(t, { answers: [{ ...answer, times: 1 }], more: ['--roll-back', '--patience', '600'] });
    assert.equal(code, 1);
    assert.deepEqual(deployed(sandbox), ['new.zip', `artifacts/${kept(sandbox)[0]}`]);
    assert.deepEqual(sandbox.steps.slice(-2), [smoke, 'postern client remove']);
    assert.match(stderr, /The new package failed\. What ran before runs again\./);
    assert.deepEqual(sandbox.calls.filter(call => call.words.startsWith('az ') && isAlive(call)), []);
  });
}

test('without --roll-back, a new package that az awaits for ever is told how to undo', async t => {
  const { sandbox, code, stderr } = await deploy(t, { answers: [{ call: configZip, hangs: true }], more: ['--patience', '600'] });
  assert.equal(code, 1);
  assert.match(stderr, /This takes too long, and is ended: az functionapp[^]*Go back to what ran before: infra\/deploy/);
  assert.deepEqual(deployed(sandbox), ['new.zip']);
});

test('a way back on which az fails is tried once more, and then said to have failed', async t => {
  for (const answer of [{ exit: 1 }, { hangs: true }]) {
    const { sandbox, code, stderr } = await deploy(t, { answers: [{ call: configZip, ...answer }], more: ['--roll-back', '--patience', '600'] });
    assert.equal(code, 1);
    const [before] = kept(sandbox);
    assert.deepEqual(deployed(sandbox), ['new.zip', `artifacts/${before}`, `artifacts/${before}`]);
    assert.match(stderr, /The new package failed, and so did what ran before, artifacts\/before-/);
  }
});

test('the first package is deployed again while roles may be missing, even if az hangs', async t => {
  const answers = [{ call: 'az storage blob exists', stdout: 'false\n' }, { call: configZip, hangs: true, times: 1 }];
  const { sandbox, code, stderr } = await deploy(t, { answers, more: ['--patience', '600'] });
  assert.equal(code, 0, stderr);
  assert.deepEqual(deployed(sandbox), ['new.zip', 'new.zip']);
});

test('with --roll-back, a package before that fails too is said so', async t => {
  const { code, stderr } = await deploy(t, { answers: [{ call: smoke, exit: 1 }], more: ['--roll-back'] });
  assert.equal(code, 1);
  assert.match(stderr, /The new package failed, and so did what ran before, artifacts\/before-/);
});

test('the first package has none to go back to', async t => {
  const answers = [{ call: 'az storage blob exists', stdout: 'false\n' }, { call: smoke, exit: 1 }];
  const { sandbox, code, stderr } = await deploy(t, { answers, more: ['--roll-back'] });
  assert.equal(code, 1);
  assert.match(stderr, /Nothing ran before that could be deployed again/);
  assert.deepEqual(deployed(sandbox), ['new.zip']);
});

test('without --roll-back, an operator who cannot read what runs is told, and goes on', async t => {
  const { sandbox, code, stderr } = await deploy(t, { answers: [{ call: 'az storage blob exists', exit: 1 }] });
  assert.equal(code, 0);
  assert.match(stderr, /The package that runs cannot be read/);
  assert.equal(kept(sandbox).length, 0);
});

test('a package that could be read in part only is not kept, not named as the way back, and shortens no wait', async t => {
  const download = { call: 'az storage blob download', writes: 'what r', exit: 1 };
  const { sandbox, code, stderr } = await deploy(t, { answers: [download, { call: smoke, exit: 1 }], more: ['--patience', '600'] });
  assert.equal(code, 1);
  assert.match(stderr, /The package that runs cannot be read: [^]*Nothing ran before that could be deployed again/);
  assert.equal(kept(sandbox).length, 0);
  assert.equal(sandbox.calls.find(call => call.words.startsWith(smoke)).args.at(-1), '600');
});

test('--code-only deploys an older package and no template', async t => {
  const { sandbox, code } = await deploy(t, { more: ['--code-only'] });
  assert.equal(code, 0);
  assert.deepEqual(sandbox.steps.filter(step => /group (exists|create|what-if)/.test(step)), []);
  assert.deepEqual(deployed(sandbox), ['new.zip']);
});

test('a role that does not count yet is waited for, and not for ever', async t => {
  const notYet = call => ({ call, exit: 1, stderr: 'AuthorizationFailed\n' });
  const later = await deploy(t, { answers: [{ ...notYet('postern client add'), times: 2 }], more: ['--patience', '60'] });
  assert.equal(later.code, 0, later.stderr);
  assert.equal(later.sandbox.calls.filter(call => call.words === 'sleep 10').length, 2);
  const never = await deploy(t, { answers: [notYet('postern client add')], more: ['--patience', '1'] });
  assert.equal(never.code, 1);
  assert.match(never.stderr, /AuthorizationFailed[^]*No client can be registered for the test\. Are you among the template's operators/);
});

test('the first package has as long as roles may take, one that replaces another two minutes', async t => {
  for (const [exists, wait] of [['false', '600'], ['true', '120']]) {
    const { sandbox } = await deploy(t, { answers: [{ call: 'az storage blob exists', stdout: `${exists}\n` }], more: ['--patience', '600'] });
    assert.equal(sandbox.calls.find(call => call.words.startsWith(smoke)).args.at(-1), wait);
  }
});

test('a template without an output that is needed is said so', async t => {
  const stdout = outputsAsTsv({ POSTERN_ISSUER: '' });
  const { sandbox, code, stderr } = await deploy(t, { answers: [{ call: 'az deployment group show', stdout }] });
  assert.equal(code, 1);
  assert.match(stderr, /has no output POSTERN_ISSUER/);
  assert.equal(sandbox.steps.at(-1), 'az deployment group show');
});

test('a package that is not there stops it before Azure is asked anything', async t => {
  const { sandbox, code, stderr } = await deploy(t, { more: ['--package', 'gone.zip'] });
  assert.equal(code, 1);
  assert.match(stderr, /There is no package gone\.zip\. infra\/package makes/);
  assert.deepEqual(sandbox.calls, []);
});

for (const step of [configZip, smoke]) {
  test(`a deployment that is cut off in '${step}' ends it and removes its client`, async t => {
    const sandbox = new Sandbox(t, { answers: [{ call: step, hangs: true }] });
    const child = sandbox.spawn('infra/deploy', args, { detached: true });
    const result = finished(child);
    for (let i = 0; i < 300 && !sandbox.steps.includes(step); i++)
      await pause(100);
    process.kill(-child.pid, 'SIGTERM');
    assert.equal((await result).code, 143);
    assert.deepEqual(sandbox.steps.slice(-2), [step, 'postern client remove']);
    assert.deepEqual(sandbox.calls.filter(call => call.words.startsWith('az ') && isAlive(call)), []);
  });
}

test('without --yes a person is asked after they have seen what would change', async t => {
  for (const [answer, status, last] of [['n', 1, 'az deployment group what-if'], ['y', 0, 'postern client remove']]) {
    const sandbox = new Sandbox(t);
    const result = sandbox.runInTerminal('infra/deploy --resource-group g --package new.zip --patience 0', `${answer}\n`);
    assert.equal(result.status, status, result.stdout);
    assert.equal(sandbox.steps.at(-1), last);
  }
  const sandbox = new Sandbox(t);
  const nobody = await sandbox.run('infra/deploy', args.slice(0, -1));
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /no terminal to ask on: give --yes/);
  assert.ok(!sandbox.steps.includes('az deployment group create'));
});
