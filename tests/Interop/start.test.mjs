import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

test('the announcement names the demo app, the person, the password and both clients', async t => {
  const server = await startPostern({ folder: temporaryFolder(t) });
  t.after(() => server.stop());
  assert.equal((await fetch(server.app)).status, 200);
  assert.deepEqual(server.clients.map(client => client.client_id), ['demo-web', 'demo-app']);
  assert.equal(server.client('demo-app').client_secret, undefined);
  assert.equal(server.user.login, 'alice');
  assert.ok(server.user.password.length >= 12);
});

test('an option that does not exist is answered with the usage, not ignored', () => {
  const { status, stderr } = spawnSync('dotnet', [builtServer(), '--prot', '7071'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /--port N/);
});
