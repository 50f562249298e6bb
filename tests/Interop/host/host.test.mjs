// The packaged executable under something that treats it as the Functions host does.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as jose from 'jose';
import * as openid from 'openid-client';
import { FunctionsHost, unpack } from '../lib/functions-host.mjs';
import { freePort, root, startPostern } from '../lib/server.mjs';
import { UserAgent } from '../lib/user-agent.mjs';

const redirectUri = 'http://localhost:3000/callback';
const spa = 'https://spa.example.com';
const folder = mkdtempSync(join(tmpdir(), 'postern-app-'));
unpack(join(folder, 'app'));
// Tables, a vault, clients and a person; what answers is the packaged server.
const local = await startPostern({ folder: join(folder, 'local'), vault: 'sign' });
const settings = { ...local.settings, POSTERN_CLIENT_CACHE: '1s' };
const host = await FunctionsHost.start({ folder: join(folder, 'app'), settings, corsOrigins: [spa] });
const { client_id, client_secret } = local.client('demo-web');
const basic = `Basic ${btoa(`${client_id}:${client_secret}`)}`;
after(async () => {
  await host.stop();
  await local.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const insecure = { execute: [openid.allowInsecureRequests] };
const discover = () => openid.discovery(new URL(host.issuer), client_id, undefined, openid.ClientSecretBasic(client_secret), insecure);
const agent = () => new UserAgent({ issuer: host.issuer, user: local.user });

async function signIn(config, browser = agent()) {
  const checks = { pkceCodeVerifier: openid.randomPKCECodeVerifier(), expectedState: openid.randomState(), idTokenExpected: true };
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid profile offline_access api:read',
    state: checks.expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  return openid.authorizationCodeGrant(config, await browser.authorize(url), checks);
}

const clientCredentials = (port = host.port, body = 'grant_type=client_credentials&scope=api:read', headers = {}) =>
  fetch(`http://127.0.0.1:${port}/token`, {
    method: 'POST',
    body,
    headers: { authorization: basic, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    duplex: 'half',
  });

test('the main path works: login, token, userinfo, introspection, refresh at both functions, revocation, offline verification', async () => {
  const config = await discover();
  const tokens = await signIn(config);
  const person = await openid.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  assert.equal(person.name, 'Alice Example');
  const keys = jose.createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
  await jose.jwtVerify(tokens.access_token, keys, { typ: 'at+jwt', issuer: host.issuer });
  assert.equal((await openid.tokenIntrospection(config, tokens.access_token)).active, true);
  const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token);
  const refresh_token = refreshed.refresh_token ?? tokens.refresh_token;
  const again = await fetch(`${host.issuer}/refresh`, {
    method: 'POST',
    headers: { authorization: basic },
    body: new URLSearchParams({ refresh_token }),
  });
  assert.equal(again.status, 200);
  await openid.tokenRevocation(config, refresh_token);
  assert.equal((await openid.tokenIntrospection(config, refreshed.access_token)).active, false);
});

test('every function of the package answers at its path, and nothing but functions does', async () => {
  const paths = {
    jwks: '/jwks',
    health: '/health/ready',
    'openid-configuration': '/.well-known/openid-configuration',
    'oauth-authorization-server': '/.well-known/oauth-authorization-server',
    signout: '/signout',
  };
  for (const [name, path] of Object.entries(paths))
    assert.equal((await fetch(host.issuer + path)).status, 200, name);
  for (const path of ['/', '/sweep', '/rotate-keys', '/admin/host/status', '/token/x'])
    assert.equal((await fetch(host.issuer + path, { method: 'POST' })).status, 404, path);
});

test('the address that the host listens on is inherited and not taken', () => {
  assert.ok(host.handlerPort !== host.port);
  assert.ok(!host.log.some(line => line.includes(`:${host.port}`)), host.log.join('\n'));
});

test('a repeated parameter arrives as two, and is refused as such', async () => {
  const query = new URLSearchParams({ client_id, redirect_uri: redirectUri, response_type: 'code', state: 'a' });
  query.append('state', 'b');
  const response = await fetch(`${host.issuer}/authorize?${query}`, { redirect: 'manual' });
  assert.equal(new URL(response.headers.get('location')).searchParams.get('error'), 'invalid_request');
});

test('a plus, a percent sign and an empty value arrive as they were sent', async () => {
  const query = `client_id=${client_id}&redirect_uri=${encodeURIComponent(redirectUri)}&response_type=none&empty=&novalue&&state=a+b%2Bc%25`;
  const response = await fetch(`${host.issuer}/authorize?${query}`, { redirect: 'manual' });
  assert.equal(new URL(response.headers.get('location')).searchParams.get('state'), 'a b+c%');
});

test('a chunked body is read, and one that is too large is refused with 413', async () => {
  const chunked = new Blob(['grant_type=client_credentials&scope=api:read']).stream();
  assert.equal((await clientCredentials(host.port, chunked)).status, 200);
  assert.equal((await clientCredentials(host.port, `grant_type=client_credentials&padding=${'a'.repeat(40_000)}`)).status, 413);
});

test('several cookies stay several, and so does each challenge', async () => {
  const browser = agent();
  const config = await discover();
  await signIn(config, browser);
  assert.deepEqual([...browser.cookies.keys()].sort(), ['postern-browser', 'postern-session']);
  const signedOut = await fetch(`${host.issuer}/userinfo`);
  assert.equal(signedOut.status, 401);
  assert.match(signedOut.headers.get('www-authenticate'), /^Bearer /);
  const wrong = await clientCredentials(host.port, 'grant_type=client_credentials', { authorization: `Basic ${btoa('demo-web:wrong')}` });
  assert.match(wrong.headers.get('www-authenticate'), /^Basic /);
});

test('preflights are the platform’s: its list of origins decides, and simple answers carry the origin', async () => {
  const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
  const preflight = origin => fetch(`${host.issuer}/token`, { method: 'OPTIONS', headers: { origin, ...asked } });
  assert.equal((await preflight(spa)).headers.get('access-control-allow-origin'), spa);
  assert.equal((await preflight('https://other.example.com')).headers.get('access-control-allow-origin'), null);
  const simple = await fetch(`${host.issuer}/jwks`, { headers: { origin: 'https://other.example.com' } });
  assert.equal(simple.headers.get('access-control-allow-origin'), '*');
});

test('timers are answered with a JSON object, for anything else would wedge them', async () => {
  for (const name of ['sweep', 'rotate-keys', 'sweep']) {
    const response = await host.timer(name);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type'), /^application\/json/);
    assert.deepEqual(await response.json(), {});
  }
});

test('a stranger who reaches a timer’s path brings about nothing', async () => {
  const tokens = await signIn(await discover());
  for (const body of ['', 'null', '{"Data":', 'a'.repeat(40_000)])
    assert.ok((await fetch(`http://127.0.0.1:${host.handlerPort}/sweep`, { method: 'POST', body })).status < 500);
  assert.ok((await openid.refreshTokenGrant(await discover(), tokens.refresh_token)).access_token);
});

test('forwarded headers change neither the issuer nor where people are sent', async () => {
  const forged = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'https',
    forwarded: 'host=evil.example',
    'x-original-host': 'evil.example',
    'disguised-host': 'evil.example',
  };
  const metadata = await (await fetch(`${host.issuer}/.well-known/openid-configuration`, { headers: forged })).json();
  assert.equal(metadata.issuer, host.issuer);
  const direct = await fetch(`http://127.0.0.1:${host.handlerPort}/.well-known/openid-configuration`, { headers: forged });
  assert.ok(!(await direct.text()).includes('evil.example'));
});

const response = { type: 'http', direction: 'out', name: 'response' };

test('behind a front end that names addresses, attempts count for each by itself: one that has used its own up shuts nobody else out', async t => {
  const fronted = await FunctionsHost.start({
    folder: join(folder, 'app'),
    settings: { ...settings, POSTERN_CLIENT_ADDRESS_HEADER: 'X-Azure-ClientIP' },
  });
  t.after(() => fronted.stop());
  const checks = { code_challenge: 'A'.repeat(43), code_challenge_method: 'S256' };
  const query = new URLSearchParams({ client_id, redirect_uri: redirectUri, response_type: 'code', scope: 'openid', ...checks });
  const signInPage = async address => {
    const browser = new UserAgent({ issuer: fronted.issuer });
    // A stranger can send X-Forwarded-For, which the host replaces.
    browser.headers = { 'x-azure-clientip': address, 'x-forwarded-for': '192.0.2.9' };
    await browser.open(`${fronted.issuer}/authorize?${query}`);
    return browser;
  };
  const [guesser, sameAddress, other] = await Promise.all(['192.0.2.1', '192.0.2.1', '192.0.2.2'].map(signInPage));
  const guess = () => guesser.submit({ login: 'nobody', password: 'a guess' });
  for (let i = 0; i < 50; i++)
    await guess();
  // The wait of the first second is too short to be seen for certain.
  await new Promise(resolve => setTimeout(resolve, 1100));
  await guess();
  const { login, password } = local.user;
  await Promise.all([sameAddress, other].map(browser => browser.submit({ login, password })));
  assert.equal(sameAddress.status, 429);
  assert.ok(other.cookies.has('postern-session'));
});

/** A host whose only function ends the handler. */
async function startMortal(t, more = [response]) {
  const app = mkdtempSync(join(folder, 'mortal-'));
  const trigger = { type: 'httpTrigger', direction: 'in', name: 'request', route: 'poison', methods: ['get', 'post'] };
  mkdirSync(join(app, 'poison'));
  writeFileSync(join(app, 'poison/function.json'), JSON.stringify({ bindings: [trigger, ...more] }));
  writeFileSync(join(app, 'host.json'), JSON.stringify({ customHandler: { description: { defaultExecutablePath: 'handler' } } }));
  const handler = `#!${process.execPath}
    require('node:http')
      .createServer((request, response) => (request.url === '/' ? response.end() : process.exit(1)))
      .listen(process.env.FUNCTIONS_CUSTOMHANDLER_PORT, '127.0.0.1');`;
  writeFileSync(join(app, 'handler'), handler, { mode: 0o755 });
  const mortal = await FunctionsHost.start({ folder: app, settings: {} });
  t.after(() => mortal.stop());
  return mortal;
}

test('the host of these tests sends what ends the handler up to ten times, and what has a body once', async t => {
  for (const [request, sent, starts] of [[{}, 10, 3], [{ method: 'POST', body: 'a=b' }, 1, 2]]) {
    const mortal = await startMortal(t);
    assert.equal((await fetch(`${mortal.issuer}/poison`, request)).status, 500);
    for (let tries = 0; tries < 100 && mortal.starts < starts; tries++)
      await new Promise(resolve => setTimeout(resolve, 25));
    assert.deepEqual([mortal.sent, mortal.starts], [sent, starts]);
  }
});

test('the host of these tests sends no request to a function with other bindings than the request and its response', async t => {
  for (const more of [[], [{ ...response, direction: 'in' }], [response, { type: 'queue', direction: 'out', name: 'queue' }]]) {
    const mortal = await startMortal(t, more);
    assert.equal((await fetch(`${mortal.issuer}/poison`)).status, 500);
    assert.equal(mortal.sent, 0);
  }
});

// Sends bytes as they are; what comes back does not matter, that the process lives does.
const raw = (bytes, port) =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => socket.end(Buffer.from(bytes, 'latin1')));
    socket.on('error', resolve).on('close', resolve).resume();
    socket.setTimeout(2000, () => socket.destroy());
  });

test('no request ends the process: the host would send it up to ten times, and end itself with the third process', async () => {
  const { starts, sent, handler } = host;
  const long = 'a'.repeat(7_000);
  const form = 'Host: a\r\nContent-Type: application/x-www-form-urlencoded';
  // What the host understands it also sends on.
  const proxied = [
    `GET /authorize?${long} HTTP/1.1\r\nHost: a\r\n\r\n`,
    'GET /authorize?state=%00%ff%zz&client_id=%ed%a0%80 HTTP/1.1\r\nHost: a\r\n\r\n',
    `GET /userinfo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${long}\r\n\r\n`,
    'GET /userinfo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer e30.e30.\r\n\r\n',
    'GET /assets/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /health/%00 HTTP/1.1\r\nHost: a\r\n\r\n',
    'HEAD /jwks HTTP/1.1\r\nHost: a\r\nIf-None-Match: "\r\n\r\n',
    'GET /signout?id_token_hint=e30.e30.&post_logout_redirect_uri=%5c HTTP/1.1\r\nHost: a\r\n\r\n',
    'POST /token HTTP/1.1\r\nHost: a\r\nAuthorization: Basic Og==\r\nContent-Length: 0\r\n\r\n',
    'POST /signin HTTP/1.1\r\nHost: a\r\nCookie: postern-browser=%ff%fe; postern-session=pse_\r\nContent-Length: 0\r\n\r\n',
    `POST /token HTTP/1.1\r\n${form}; charset=none\r\nContent-Length: 13\r\n\r\ngrant_type=%zz`,
    `POST /consent HTTP/1.1\r\n${form}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n=\r\n0\r\n\r\n`,
  ];
  const refusedByTheHost = [
    `GET /authorize?${long}${long}${long} HTTP/1.1\r\nHost: a\r\n\r\n`,
    'GET /authorize?client_id=\ud800 HTTP/1.1\r\nHost: a\r\n\r\n',
    `POST /token HTTP/1.1\r\n${form}\r\nContent-Length: 100\r\n\r\ngrant_type=`,
    `POST /token HTTP/1.1\r\n${form}; charset=\xff\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    'POST /signin HTTP/1.1\r\nHost: a\r\nCookie: postern-browser=\xff\xfe; postern-session=pse_\r\nContent-Length: 0\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    '\0\0\0\0',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ];
  await Promise.all([...proxied, ...proxied].map(bytes => raw(bytes, host.port)));
  assert.equal(host.sent - sent, 2 * proxied.length, 'each is delivered, and once');
  await Promise.all([...proxied, ...refusedByTheHost, ...refusedByTheHost].map(bytes => raw(bytes, host.handlerPort)));
  assert.equal((await clientCredentials()).status, 200);
  assert.deepEqual([host.starts, host.handler.pid], [starts, handler.pid]);
});

test('killed in the middle of refreshes, nobody loses what they hold', async () => {
  const config = await discover();
  const native = await openid.discovery(new URL(host.issuer), 'demo-app', undefined, openid.None(), insecure);
  const refresh = token => fetch(`${host.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', client_id: 'demo-app', refresh_token: token }),
  });
  const held = [];
  for (let i = 0; i < 12; i++) {
    const checks = { pkceCodeVerifier: openid.randomPKCECodeVerifier(), expectedState: openid.randomState() };
    const url = openid.buildAuthorizationUrl(native, {
      redirect_uri: 'http://127.0.0.1:49152/callback',
      scope: 'openid offline_access',
      state: checks.expectedState,
      code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    held.push((await openid.authorizationCodeGrant(native, await agent().authorize(url), checks)).refresh_token);
  }
  for (let round = 0; round < 2; round++) {
    const answers = held.map(token => refresh(token).then(response => (response.ok ? response.json() : null)).catch(() => null));
    await new Promise(resolve => setTimeout(resolve, 15 + 20 * round));
    await host.kill();
    // Whoever got no answer asks again with what they have.
    for (const [i, answer] of (await Promise.all(answers)).entries())
      held[i] = answer?.refresh_token ?? (await (await refresh(held[i])).json()).refresh_token;
    assert.ok(held.every(token => typeof token === 'string'), 'a refresh token was lost');
  }
  assert.ok((await signIn(config)).access_token);
});

/** The executable by itself: a container, or a virtual machine. */
async function startAlone(more = {}) {
  const port = await freePort();
  const child = spawn(join(folder, 'app/postern-server'), {
    env: { ...settings, POSTERN_ISSUER: `http://localhost:${port}`, POSTERN_LISTEN: `http://127.0.0.1:${port}`, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.resume();
  child.stderr.resume();
  const exited = once(child, 'exit');
  for (let tries = 0; tries < 400; tries++) {
    if (await fetch(`http://127.0.0.1:${port}/health/live`).then(response => response.ok, () => false))
      return { child, port, exited };
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  child.kill('SIGKILL');
  throw new Error('not ready in time');
}

test('alone it is a plain web server, and SIGTERM lets a request in flight finish', async () => {
  const { child, port, exited } = await startAlone();
  assert.equal((await clientCredentials(port)).status, 200);
  const body = 'grant_type=client_credentials&scope=api:read';
  const headers = {
    authorization: basic,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': body.length,
  };
  const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', path: '/token', headers });
  const answered = once(request, 'response');
  request.write(body.slice(0, 10));
  await new Promise(resolve => setTimeout(resolve, 200));
  child.kill('SIGTERM');
  await new Promise(resolve => setTimeout(resolve, 200));
  request.end(body.slice(10));
  const [response] = await answered;
  response.resume();
  assert.equal(response.statusCode, 200);
  assert.deepEqual(await exited, [0, null]);
});

test('without settings it says all that is missing at once, and ends', () => {
  const { status, stderr, stdout } = spawnSync(join(folder, 'app/postern-server'), { env: {}, encoding: 'utf8', timeout: 20_000 });
  assert.equal(status, 1);
  for (const name of ['POSTERN_ISSUER', 'POSTERN_STORAGE', 'POSTERN_KEY_VAULT'])
    assert.ok((stderr + stdout).includes(name), name);
});

test('the package has the run bit, the functions at its root, and nothing else', () => {
  assert.ok(statSync(join(folder, 'app/postern-server')).mode & 0o100);
  assert.deepEqual(readFileSync(join(folder, 'app/host.json')), readFileSync(join(root, 'host.json')));
  assert.equal(host.configuration.extensions.http.routePrefix, '');
  assert.equal(host.configuration.customHandler.enableProxyingHttpRequest, true);
  assert.ok(host.functions.length >= 16);
});
