import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { builtServer, startPostern, temporaryFolder } from './lib/server.mjs';

// In ticks of a hundredth of a second, whatever else the machine is doing.
const processorSeconds = pid => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

test('Postern is ready within three seconds of its build, the first time and the second', async t => {
  const folder = temporaryFolder(t);
  for (const which of ['first', 'second']) {
    const server = await startPostern({ folder });
    const worked = processorSeconds(server.pid);
    await server.stop();
    t.diagnostic(`${which} start: ready after ${Math.round(server.milliseconds)} ms, ${worked} s of work`);
    assert.ok(worked < 3, `${worked} s of work`);
  }
});

test('a start logs nothing before it is ready, a refusal is one line without its credentials', async t => {
  const server = await startPostern({ folder: temporaryFolder(t) });
  t.after(() => server.stop());
  assert.deepEqual(server.log, []);
  const response = await fetch(`${server.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('demo-web:a-wrong-secret')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  assert.equal(response.status, 401);
  await server.stop();
  assert.equal(server.log.filter(line => / \/token refused invalid_client /.test(line)).length, 1, server.log.join('\n'));
  assert.doesNotMatch(server.log.join('\n'), /a-wrong-secret/);
});

test('the announcement names the demo app, the person, the password and the clients', async t => {
  const server = await startPostern({ folder: temporaryFolder(t) });
  t.after(() => server.stop());
  assert.equal((await fetch(server.app)).status, 200);
  assert.deepEqual(server.clients.map(client => client.client_id), ['demo-web', 'demo-app', 'demo-device']);
  assert.equal(server.client('demo-app').client_secret, undefined);
  assert.equal(server.user.login, 'alice');
  assert.ok(server.user.password.length >= 12);
});

test('an option that does not exist is answered with the usage, not ignored', () => {
  const { status, stderr } = spawnSync('dotnet', [builtServer(), '--prot', '7071'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /--port N/);
});

// Found before a test takes the path away.
const dotnet = spawnSync('sh', ['-c', 'command -v dotnet'], { encoding: 'utf8' }).stdout.trim();
const run = (options, environment = {}) =>
  spawnSync(dotnet, [builtServer(), '--json', ...options], { encoding: 'utf8', env: { ...process.env, ...environment }, timeout: 60_000 });

// A sentence that says what to do, and no stack trace.
function assertSentence({ status, stderr }, pattern) {
  assert.equal(status, 1, stderr);
  assert.match(stderr, pattern);
  assert.doesNotMatch(stderr, /^ +at /m);
}

test('what keeps it from starting is said in a sentence, with the way out', t => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  assertSentence(run(['--folder', file]), /cannot be used.*--folder PATH/);
  assertSentence(run(['--folder', join('/proc', 'nowhere')]), /cannot be used.*--folder PATH/);
  for (const [name, content] of [['signing-keys.pem', 'no key'], ['signing-keys.pem', ''], ['demo-secrets.txt', '\n']]) {
    writeFileSync(join(folder, name), content);
    assertSentence(run(['--folder', folder]), new RegExp(`${name} is damaged. Delete it`));
    rmSync(join(folder, name));
  }
  assertSentence(run(['--folder', folder], { POSTERN_CODE_LIFETIME: 'soon' }), /POSTERN_CODE_LIFETIME is not a duration/);
  assertSentence(run(['--folder', folder, '--azurite'], { PATH: '/nowhere' }), /Azurite needs Node\.js/);
});

test('two servers never keep their tables in one folder', async t => {
  const folder = temporaryFolder(t);
  const first = await startPostern({ folder, azurite: true });
  t.after(() => first.stop());
  assertSentence(run(['--folder', folder, '--azurite', '--port', '1']), /Another \.\/run keeps its tables/);
  await first.stop();
  const next = await startPostern({ folder, azurite: true });
  await next.stop();
});

test('settings of the environment count, those it chooses itself do not, and a slip is named', async t => {
  process.env.POSTERN_ISSUER = 'https://elsewhere.example';
  process.env.POSTERN_ACCESS_TOKEN_LIFETIME = '61s';
  process.env.POSTERN_ID_TOKEN_LIFETIMES = '1m';
  t.after(() => ['POSTERN_ISSUER', 'POSTERN_ACCESS_TOKEN_LIFETIME', 'POSTERN_ID_TOKEN_LIFETIMES'].forEach(name => delete process.env[name]));
  const server = await startPostern({ folder: temporaryFolder(t) });
  t.after(() => server.stop());
  const { client_id, client_secret } = server.client('demo-web');
  const answer = await fetch(`${server.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  assert.equal((await answer.json()).expires_in, 61);
  assert.match(server.log.join('\n'), /POSTERN_ID_TOKEN_LIFETIMES is no setting\. Did you mean POSTERN_ID_TOKEN_LIFETIME\?/);
});
