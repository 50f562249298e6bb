// infra/smoke against Postern, and against servers that each get one thing wrong; and deploy as a whole, with only az pretended.
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { freePort, sharedPostern, startPostern, temporaryFolder } from '../Interop/lib/server.mjs';
import { finished, outputsAsTsv, root, Sandbox, whereIs } from './lib/sandbox.mjs';

const postern = await sharedPostern();

const noTools = t => new Sandbox(t, { tools: [], folder: root });
// The real dotnet, and still no az.
const env = sandbox => ({ PATH: `${sandbox.bin}:${dirname(whereIs('dotnet'))}` });

const smoke = async (t, args, options = {}) => {
  const sandbox = noTools(t);
  return sandbox.run('infra/smoke', args, { ...options, env: { ...env(sandbox), ...options.env } });
};

test('Postern passes, and its token verifies; the secret comes by standard input or a variable', async t => {
  const { client_id, client_secret } = postern.client('demo-web');
  for (const secret of [{ input: `${client_secret}\n` }, { env: { POSTERN_CLIENT_SECRET: client_secret } }]) {
    const { code, stdout, stderr } = await smoke(t, [postern.issuer, '--client-id', client_id], secret);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /ready[^]*issuer is http:\/\/localhost:\d+\n[^]*keys\n[^]*token: issued to demo-web, \w+ signature verifies with key/);
    assert.ok(!`${stdout}${stderr}`.includes(client_secret));
  }
});

test('without a client it asks for no token', async t => {
  const { code, stdout } = await smoke(t, [postern.issuer]);
  assert.equal(code, 0);
  assert.doesNotMatch(stdout, /token:/);
});

test('another name for the same server is not its issuer', async t => {
  const { code, stderr } = await smoke(t, [postern.issuer.replace('localhost', '127.0.0.1')]);
  assert.equal(code, 1);
  assert.match(stderr, /published as 'http:\/\/localhost:\d+', not as 'http:\/\/127\.0\.0\.1:\d+': POSTERN_ISSUER and the address people use/);
});

test('a wrong secret fails at once, however long it might wait, and is not repeated', async t => {
  const { code, stderr } = await smoke(t, [postern.issuer, '--client-id', 'demo-web', '--wait', '20'], { input: 'a-wrong-secret' });
  assert.equal(code, 1);
  assert.match(stderr, /POST \S+\/token answers 401 \(invalid_client\)/);
  assert.doesNotMatch(stderr, /a-wrong-secret|not yet/);
});

test('a server that is not there cannot be reached', async t => {
  const { code, stderr } = await smoke(t, [`http://localhost:${await freePort()}`]);
  assert.equal(code, 1);
  assert.match(stderr, /health\/ready cannot be reached: /);
});

test('with --wait, a server that starts later passes', async t => {
  const port = await freePort();
  const sandbox = noTools(t);
  const child = sandbox.spawn('infra/smoke', [`http://localhost:${port}`, '--wait', '60'], { env: env(sandbox) });
  const result = finished(child);
  await once(child.stderr, 'data');
  const late = await startPostern({ folder: temporaryFolder(t), port });
  t.after(() => late.stop());
  const { code, stderr } = await result;
  assert.equal(code, 0, stderr);
  assert.match(stderr, /not yet: .*cannot be reached/);
});

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const base64url = value => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (issuer, { iss = issuer, kid = 'k', key = pair.privateKey, alg = 'ES256' }) => {
  const signed = `${base64url({ alg, kid })}.${base64url({ iss })}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
};

/** A server that is right but for what a test says; the first answers of a path may be any others. */
const pretender = async (t, wrong = {}) => {
  let issuer;
  const answers = {
    '/health/ready': () => ({}),
    '/.well-known/openid-configuration': () => ({ issuer, jwks_uri: `${issuer}/jwks`, token_endpoint: `${issuer}/token`, ...wrong.discovery }),
    '/jwks': () => ({ keys: wrong.keys ?? [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'k' }] }),
    '/token': () => ({ access_token: wrong.token ?? jwt(issuer, wrong) }),
  };
  const server = createServer((request, response) => {
    const { status = 200, type = 'application/json', text } = wrong.first?.[request.url]?.shift() ?? {};
    response.writeHead(status, { 'content-type': type }).end(text ?? JSON.stringify(answers[request.url]()));
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${server.address().port}`;
  const result = await smoke(t, [issuer, '--client-id', 'c', '--wait', `${wrong.wait ?? 0}`], { input: 's' });
  server.closeAllConnections();
  return result;
};

test('a server that gets everything right passes', async t => {
  assert.equal((await pretender(t)).code, 0);
});

const platformPage = { status: 404, type: 'text/html', text: '<html>404' };

test('what refuses a token and is not Postern is not the last word', async t => {
  const otherError = { status: 403, text: '{"error":{"code":"Forbidden"}}' };
  const { code, stderr } = await pretender(t, { first: { '/token': [platformPage, otherError] }, wait: 60 });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /not yet: POST \S+\/token answers 404\.\n[^]*not yet: POST \S+\/token answers 403\.\n/);
});

const instead = (path, text, more) => ({ first: { [path]: [{ text, ...more }] } });
const discovery = '/.well-known/openid-configuration';

const mistakes = [
  ['is not ready', instead('/health/ready', '', { status: 503 }), /health\/ready answers 503/],
  ['publishes no key', { keys: [] }, /has no key/],
  ['issues for another', { iss: 'https://other.example' }, /issued by 'https:\/\/other\.example'/],
  ['signs with a key it does not publish', { kid: 'unknown' }, /signed by key 'unknown', which is not in the key set/],
  ['signs with a key it did not publish under that name', { key: other.privateKey }, /signature does not verify with key 'k'/],
  ['does not sign at all', { alg: 'none' }, /signed with 'none'/],
  ['issues what is no JWT', { token: 'opaque' }, /not a JWT/],
  ['issues garbage', { token: '%.%.%' }, /smoke: /],
  ['sends secrets elsewhere', { discovery: { token_endpoint: 'https://elsewhere.example/token' } }, /token', which is not at the issuer/],
  ['names no token endpoint', { discovery: { token_endpoint: undefined } }, /'token_endpoint' is missing/],
  ['has no token for us', instead('/token', '', { status: 503 }), /\/token answers 503/],
  ['refuses the client', instead('/token', '{"error":"invalid_client"}', { status: 401 }), /\/token answers 401 \(invalid_client\)/],
  ['answers with a page', instead(discovery, '<html>'), /The discovery document is not JSON/],
  ['answers in no known character set', instead(discovery, '<html>', { type: 'text/html; charset=none' }), /The discovery document is not JSON/],
  ['answers with nothing at all', instead(discovery, 'null'), /'issuer' is missing/],
  ['answers with half a character', instead(discovery, '{"issuer":"\\ud800"}'), /'issuer' is missing/],
  ['has a list for a key set', instead('/jwks', '[]'), /The key set has no list of keys/],
  ['has keys that are no list', { keys: 'x' }, /The key set has no list of keys/],
  ['has keys that are none', { keys: [1] }, /'kid' is missing/],
  ['has a key without its numbers', { keys: [{ kid: 'k', kty: 'EC', x: 1 }] }, /'x' is missing/],
  ['has a key of a wrong size', { keys: [{ kid: 'k', kty: 'EC', x: 'AA', y: 'AAAA' }] }, /smoke: /],
  ['has a list for a token', instead('/token', '["a"]'), /'access_token' is missing/],
  ['has a number for a token', { token: 1 }, /'access_token' is missing/],
  ['issues a list of claims', { token: `${base64url({ alg: 'ES256' })}.${base64url(['iss'])}.AA` }, /'iss' is missing/],
];

for (const [what, wrong, sentence] of mistakes) {
  test(`a server that ${what} fails`, async t => {
    const { code, stderr } = await pretender(t, wrong);
    assert.equal(code, 1, stderr);
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /Unhandled/);
  });
}

test('a whole deployment, with only az pretended: its client gets a token from Postern, and is gone', async t => {
  const stdout = outputsAsTsv({ POSTERN_ISSUER: postern.issuer, POSTERN_STORAGE: postern.storage });
  const answers = [{ call: 'az deployment group show', stdout }, { call: 'az storage blob exists', stdout: 'false\n' }];
  const sandbox = new Sandbox(t, { tools: ['az'], folder: root, answers });
  const run = (script, args) => sandbox.run(script, ['--resource-group', 'g', ...args], { env: env(sandbox) });
  const { code, stdout: told, stderr } = await run('infra/deploy', ['--package', 'README.md', '--patience', '0', '--yes']);
  assert.equal(code, 0, stderr);
  assert.match(told, /token: issued to smoke-/);
  const listed = await run('infra/bootstrap', ['--', 'client', 'list', '--json']);
  assert.equal(listed.code, 0, listed.stderr);
  assert.deepEqual(JSON.parse(listed.stdout).map(client => client.client_id).sort(), ['demo-app', 'demo-device', 'demo-web']);
});
