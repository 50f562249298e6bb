import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as jose from 'jose';
import * as openid from 'openid-client';
import { Issuer } from 'openid-client-5';
import { sharedHttpsPostern } from './lib/https.mjs';
import { UserAgent } from './lib/user-agent.mjs';
import { listen } from './lib/visitor.mjs';

const postern = await sharedHttpsPostern();
const redirectUri = 'http://localhost:3000/callback';
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const folder = mkdtempSync(join(tmpdir(), 'postern-keys-'));
after(() => rmSync(folder, { recursive: true, force: true }));

async function keyPair(algorithm, kid) {
  const { privateKey, publicKey } = await jose.generateKeyPair(algorithm, { extractable: true });
  return { privateKey, kid, jwk: { ...(await jose.exportJWK(publicKey)), kid, alg: algorithm }, algorithm };
}

/** A file as an operator has it. */
function fileOf(name, ...keys) {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ keys: keys.map(key => key.jwk) }));
  return path;
}

const discover = (clientId, key) =>
  openid.discovery(new URL(postern.issuer), clientId, undefined, openid.PrivateKeyJwt({ key: key.privateKey, kid: key.kid }));

for (const algorithm of ['RS256', 'PS256', 'ES256'])
  test(`openid-client proves itself by private_key_jwt with ${algorithm}, and needs no secret`, async () => {
    const key = await keyPair(algorithm, 'the-key');
    const added = await postern.addClient(`keyed-${algorithm}`, '--machine', '--scope', 'api', '--jwks', fileOf(algorithm, key));
    assert.equal(added.client_secret, undefined);
    const config = await discover(added.client_id, key);
    const tokens = await openid.clientCredentialsGrant(config, { scope: 'api' });
    assert.equal((await openid.tokenIntrospection(config, tokens.access_token)).active, true);
    await openid.tokenRevocation(config, tokens.access_token);
    assert.equal((await openid.tokenIntrospection(config, tokens.access_token)).active, false);
    const stranger = await discover(added.client_id, await keyPair(algorithm, 'the-key'));
    await assert.rejects(openid.clientCredentialsGrant(stranger), { error: 'invalid_client' });
  });

test('openid-client signs people in by private_key_jwt, with keys that the app publishes', async t => {
  const key = await keyPair('ES256', 'published');
  const app = createServer((_, response) => response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys: [key.jwk] })));
  const address = await listen(t, app);
  await postern.addClient('publisher', '--redirect-uri', redirectUri, '--jwks-uri', `${address}/jwks`);
  const config = await discover('publisher', key);
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const code_challenge = await openid.calculatePKCECodeChallenge(pkceCodeVerifier);
  const url = openid.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: 'openid', code_challenge, code_challenge_method: 'S256' });
  const tokens = await openid.authorizationCodeGrant(config, await new UserAgent(postern).authorize(url), { pkceCodeVerifier });
  assert.equal(tokens.claims().aud, 'publisher');
  assert.ok((await openid.refreshTokenGrant(config, tokens.refresh_token)).access_token);
});

test('openid-client 5, which says other audiences, proves itself too', async () => {
  const key = await keyPair('ES256', 'older');
  const { client_id } = await postern.addClient('older', '--machine', '--scope', 'api', '--jwks', fileOf('older', key));
  const issuer = await Issuer.discover(postern.issuer);
  const metadata = { client_id, token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256' };
  const client = new issuer.Client(metadata, { keys: [{ ...(await jose.exportJWK(key.privateKey)), kid: key.kid, alg: 'ES256' }] });
  assert.ok((await client.grant({ grant_type: 'client_credentials' })).access_token);
});

test('openid-client exchanges the token of a build for one of ours, and presents it as a credential', async t => {
  const key = await keyPair('RS256', 'build');
  const builds = createServer((request, response) => {
    const metadata = { issuer: address, jwks_uri: `${address}/keys` };
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(request.url === '/.well-known/openid-configuration' ? metadata : { keys: [key.jwk] }));
  });
  const address = await listen(t, builds);
  await postern.operate('issuer', 'add', address);
  await postern.addClient('ci', '--public', '--grant-type', jwtBearer, '--scope', 'deploy');
  await postern.operate('client', 'trust', 'ci', '--from', address, '--scope', 'deploy', '--claim', 'repository=octo/app');
  const subject = 'repo:octo/app:ref:refs/heads/main';
  await postern.addClient('deployer', '--machine', '--scope', 'deploy', '--federated-issuer', address, '--federated-subject', subject);
  const token = repository =>
    new jose.SignJWT({ repository })
      .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' })
      .setIssuer(address).setAudience(postern.issuer).setSubject(subject).setJti(crypto.randomUUID()).setIssuedAt().setExpirationTime('5m')
      .sign(key.privateKey);

  const config = await openid.discovery(new URL(postern.issuer), 'ci', undefined, openid.None());
  const tokens = await openid.genericGrantRequest(config, jwtBearer, { assertion: await token('octo/app') });
  assert.equal(tokens.scope, 'deploy');
  assert.ok(tokens.expires_in <= 300);
  await assert.rejects(async () => openid.genericGrantRequest(config, jwtBearer, { assertion: await token('octo/other') }), { error: 'invalid_grant' });

  const credential = async (_as, client, body) => {
    body.set('client_id', client.client_id);
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    body.set('client_assertion', await token('octo/app'));
  };
  const deployer = await openid.discovery(new URL(postern.issuer), 'deployer', undefined, credential);
  assert.equal((await openid.clientCredentialsGrant(deployer)).scope, 'deploy');
});
