import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as jose from 'jose';
import * as openid from 'openid-client';
import { sharedPostern } from './lib/server.mjs';
import { UserAgent } from './lib/user-agent.mjs';

const postern = await sharedPostern();
const authentication = openid.ClientSecretBasic(postern.client('demo-web').client_secret);
const insecure = { execute: [openid.allowInsecureRequests] };
const config = await openid.discovery(new URL(postern.issuer), 'demo-web', undefined, authentication, insecure);
const checks = { pkceCodeVerifier: openid.randomPKCECodeVerifier(), expectedState: openid.randomState(), expectedNonce: openid.randomNonce() };
const url = openid.buildAuthorizationUrl(config, {
  redirect_uri: 'http://localhost:3000/callback',
  scope: 'openid api:read',
  state: checks.expectedState,
  nonce: checks.expectedNonce,
  code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
  code_challenge_method: 'S256',
});
const tokens = await openid.authorizationCodeGrant(config, await new UserAgent(postern).authorize(url), checks);
const keys = jose.createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));

const forAccess = () => ({ typ: 'at+jwt', issuer: postern.issuer, audience: postern.issuer });
const forId = () => ({ issuer: postern.issuer, audience: 'demo-web' });

test('jose verifies the access token by the published keys', async () => {
  const expected = { ...forAccess(), requiredClaims: ['sub', 'client_id', 'iat', 'exp', 'jti'] };
  const { payload, protectedHeader } = await jose.jwtVerify(tokens.access_token, keys, expected);
  assert.equal(protectedHeader.typ, 'at+jwt');
  assert.equal(payload.client_id, 'demo-web');
  assert.ok(payload.exp - payload.iat <= 3600);
});

test('jose verifies the ID token by the published keys', async () => {
  const { payload } = await jose.jwtVerify(tokens.id_token, keys, { ...forId(), requiredClaims: ['sub', 'iat', 'exp'] });
  assert.equal(payload.nonce, checks.expectedNonce);
  assert.deepEqual(payload.amr, ['pwd']);
});

test('an ID token passes for no access token, nor the other way about', async () => {
  await assert.rejects(jose.jwtVerify(tokens.id_token, keys, forAccess()), { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
  await assert.rejects(jose.jwtVerify(tokens.access_token, keys, forId()), { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' });
});

test('a token with one altered claim, header or signature is refused by jose and by the server', async () => {
  const [header, payload, signature] = tokens.access_token.split('.');
  const decoded = part => JSON.parse(new TextDecoder().decode(jose.base64url.decode(part)));
  const altered = (part, change) => jose.base64url.encode(JSON.stringify({ ...decoded(part), ...change }));
  const bytes = jose.base64url.decode(signature);
  bytes[7] ^= 1;
  const forgeries = [
    [header, altered(payload, { scope: 'openid api:write' }), signature],
    [header, payload, jose.base64url.encode(bytes)],
    [altered(header, { alg: 'none' }), payload, ''],
    [altered(header, { kid: 'another' }), payload, signature],
  ].map(parts => parts.join('.'));
  for (const forged of forgeries) {
    await assert.rejects(jose.jwtVerify(forged, keys, forAccess()));
    const response = await fetch(`${postern.issuer}/userinfo`, { headers: { authorization: `Bearer ${forged}` } });
    assert.equal(response.status, 401);
  }
  assert.equal((await fetch(`${postern.issuer}/userinfo`, { headers: { authorization: `Bearer ${tokens.access_token}` } })).status, 200);
});

test('a token signed with the public key as an HMAC secret is refused', async () => {
  const { keys: published } = await (await fetch(`${postern.issuer}/jwks`)).json();
  const claims = jose.decodeJwt(tokens.access_token);
  const { kid } = jose.decodeProtectedHeader(tokens.access_token);
  const confused = new TextEncoder().encode(JSON.stringify(published.find(key => key.kid === kid)));
  const forged = await new jose.SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid }).sign(confused);
  assert.equal((await fetch(`${postern.issuer}/userinfo`, { headers: { authorization: `Bearer ${forged}` } })).status, 401);
});

test('the published keys hold nothing private and are named by what they are', async () => {
  const { keys: published } = await (await fetch(`${postern.issuer}/jwks`)).json();
  assert.ok(published.length > 0);
  assert.equal(new Set(published.map(key => key.kid)).size, published.length);
  for (const key of published) {
    assert.deepEqual(['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].filter(name => name in key), []);
    assert.equal(key.use, 'sig');
  }
});
