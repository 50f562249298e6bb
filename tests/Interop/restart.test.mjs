import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'node:test';
import * as openid from 'openid-client';
import { builtServer, freePort, startPostern, temporaryFolder } from './lib/server.mjs';
import { UserAgent } from './lib/user-agent.mjs';

const redirectUri = 'http://localhost:3000/callback';

async function connect(server) {
  const secret = openid.ClientSecretBasic(server.client('demo-web').client_secret);
  return openid.discovery(new URL(server.issuer), 'demo-web', undefined, secret, { execute: [openid.allowInsecureRequests] });
}

async function signIn(config, agent, parameters) {
  const checks = { pkceCodeVerifier: openid.randomPKCECodeVerifier(), expectedState: openid.randomState() };
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid offline_access',
    state: checks.expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  });
  return openid.authorizationCodeGrant(config, await agent.authorize(url), checks);
}

/** All rows of a table as the service returns them, with their ETags (Shared Key Lite, the path form of the emulator). */
async function rows(server, table) {
  const setting = Object.fromEntries(server.storage.split(';').map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
  const url = `${setting.TableEndpoint}/${table}()`;
  const date = new Date().toUTCString();
  const signed = `${date}\n/${setting.AccountName}${new URL(url).pathname}`;
  const signature = createHmac('sha256', Buffer.from(setting.AccountKey, 'base64')).update(signed).digest('base64');
  const response = await fetch(url, {
    headers: {
      'x-ms-date': date,
      'x-ms-version': '2020-12-06',
      accept: 'application/json;odata=fullmetadata',
      authorization: `SharedKeyLite ${setting.AccountName}:${signature}`,
    },
  });
  assert.equal(response.status, 200, `${table} cannot be read`);
  const { value } = await response.json();
  return value.map(({ PartitionKey, RowKey, Timestamp, 'odata.etag': etag }) => ({ PartitionKey, RowKey, Timestamp, etag }));
}

/** Ids of the processes that were given this folder. */
const processesWith = folder =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(id => commandLine(id).includes(folder));

function commandLine(id) {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8');
  } catch {
    return ''; // It has just ended.
  }
}

async function untilGone(folder) {
  for (let tries = 0; tries < 100 && processesWith(folder).length > 0; tries++)
    await pause(100);
  return processesWith(folder);
}

for (const signal of ['SIGTERM', 'SIGKILL']) {
  test(`with Azurite nothing is lost when the server ends by ${signal}`, { timeout: 120_000 }, async t => {
    const folder = temporaryFolder(t);
    const port = await freePort();
    const agent = new UserAgent(null);

    const before = (agent.server = await startPostern({ folder, port, azurite: true }));
    t.after(() => before.stop('SIGKILL'));
    const first = await signIn(await connect(before), agent, {});
    const [clients, users] = [await rows(before, 'clients'), await rows(before, 'users')];
    assert.ok(clients.length >= 2 && users.length >= 1);
    await before.stop(signal);

    const after = (agent.server = await startPostern({ folder, port, azurite: true }));
    t.after(() => after.stop('SIGKILL'));
    assert.deepEqual(await rows(after, 'clients'), clients);
    assert.deepEqual(await rows(after, 'users'), users);
    const config = await connect(after);
    const refreshed = await openid.refreshTokenGrant(config, first.refresh_token);
    assert.equal(refreshed.claims().sub, first.claims().sub);
    const again = await signIn(config, agent, { prompt: 'none' });
    assert.equal(again.claims().sub, first.claims().sub);
    assert.equal(again.claims().auth_time, first.claims().auth_time, 'it is the session of before');
    const person = await openid.fetchUserInfo(config, first.access_token, first.claims().sub);
    assert.equal(person.sub, first.claims().sub);
  });
}

test('in memory everything is forgotten, and a refresh token of before is refused', async t => {
  const folder = temporaryFolder(t);
  const before = await startPostern({ folder });
  const tokens = await signIn(await connect(before), new UserAgent(before), {});
  await before.stop();
  const after = await startPostern({ folder, port: before.port });
  t.after(() => after.stop());
  await assert.rejects(openid.refreshTokenGrant(await connect(after), tokens.refresh_token), { error: 'invalid_grant' });
});

for (const signal of ['SIGTERM', 'SIGKILL', 'SIGHUP']) {
  test(`no Azurite is left behind when the server ends by ${signal}`, async t => {
    const folder = temporaryFolder(t);
    const server = await startPostern({ folder, azurite: true });
    assert.equal(processesWith(folder).length, 2, 'the server and its Azurite');
    await server.stop(signal);
    assert.deepEqual(await untilGone(folder), []);
  });
}

test('no Azurite is left behind when it is killed as it starts', async t => {
  const folder = temporaryFolder(t);
  for (const delay of [150, 400, 800]) {
    const child = spawn('dotnet', [builtServer(), '--port', `${await freePort()}`, '--folder', folder, '--json', '--azurite'], { stdio: 'ignore' });
    await pause(delay);
    child.kill('SIGKILL');
    assert.deepEqual(await untilGone(folder), []);
  }
});

test('a server whose parent dies ends by the closing of its terminal, and Azurite with it', async t => {
  const folder = temporaryFolder(t);
  const command = `dotnet ${builtServer()} --port ${await freePort()} --folder ${folder} --json --azurite`;
  // script gives its child a terminal; when script dies, the terminal hangs up.
  const terminal = spawn('script', ['-qc', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
  for await (const line of createInterface({ input: terminal.stdout }))
    if (line.includes('"issuer"')) break;
  assert.ok(processesWith(folder).length >= 2);
  terminal.kill('SIGKILL');
  await once(terminal, 'exit');
  assert.deepEqual(await untilGone(folder), []);
});
