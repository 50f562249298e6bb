import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as openid from 'openid-client';
import { sharedPostern } from './lib/server.mjs';
import { UserAgent, listenForAnswer } from './lib/user-agent.mjs';

const postern = await sharedPostern();
const redirectUri = 'http://localhost:3000/callback';

const discover = (clientId, authentication) =>
  openid.discovery(new URL(postern.issuer), clientId, undefined, authentication, { execute: [openid.allowInsecureRequests] });
const web = (method = openid.ClientSecretBasic) => discover('demo-web', method(postern.client('demo-web').client_secret));
const app = () => discover('demo-app', openid.None());

/** A request with everything that protects it, and what the client has to remember of it. */
async function prepare(config, parameters) {
  const checks = {
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
    expectedState: openid.randomState(),
    expectedNonce: openid.randomNonce(),
    idTokenExpected: true,
  };
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid profile email offline_access api:read',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  });
  return { url, checks };
}

async function signIn(config, agent = new UserAgent(postern), parameters = {}) {
  const { url, checks } = await prepare(config, parameters);
  return openid.authorizationCodeGrant(config, await agent.authorize(url), checks);
}

test('openid-client discovers everything it supports', async () => {
  const metadata = (await web()).serverMetadata();
  assert.equal(metadata.issuer, postern.issuer);
  assert.equal(metadata.supportsPKCE(), true);
  assert.equal(metadata.authorization_response_iss_parameter_supported, true);
});

test('openid-client signs in as a confidential client and reads userinfo', async () => {
  const config = await web();
  const tokens = await signIn(config);
  assert.equal(tokens.token_type, 'bearer');
  assert.ok(tokens.expiresIn() > 0);
  const claims = tokens.claims();
  assert.deepEqual([claims.iss, claims.aud], [postern.issuer, 'demo-web']);
  const person = await openid.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(person.name, 'Alice Example');
  assert.equal(person.email, 'alice@example.com');
  assert.equal(person.phone_number, undefined, 'phone was not asked for');
});

test('openid-client signs in as a public client on a free loopback port', async t => {
  const config = await app();
  const client = await listenForAnswer(t);
  const { url, checks } = await prepare(config, { redirect_uri: client.redirectUri });
  await fetch(await new UserAgent(postern).authorize(url));
  const { url: answered } = await client.answer;
  const tokens = await openid.authorizationCodeGrant(config, answered, checks);
  assert.equal(tokens.claims().aud, 'demo-app');
  const person = await openid.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  assert.equal(person.preferred_username, 'alice');
});

test('openid-client gets a code by form_post', async () => {
  const config = await web();
  const agent = new UserAgent(postern);
  const { url, checks } = await prepare(config, { response_mode: 'form_post' });
  assert.equal(await agent.authorize(url), null, 'the answer is a page with a form');
  const posted = new Request(redirectUri, { method: 'POST', body: new URLSearchParams(agent.hidden()) });
  const tokens = await openid.authorizationCodeGrant(config, posted, checks);
  assert.equal(tokens.claims().nonce, checks.expectedNonce);
});

test('openid-client refreshes, and a rotated public refresh token keeps its scope', async () => {
  for (const config of [await web(), await app()]) {
    const isApp = config.clientMetadata().client_id === 'demo-app';
    const first = await signIn(config, undefined, isApp ? { redirect_uri: 'http://127.0.0.1:49152/callback' } : {});
    const second = await openid.refreshTokenGrant(config, first.refresh_token);
    assert.notEqual(second.access_token, first.access_token);
    assert.equal(second.scope ?? first.scope, first.scope);
    const third = await openid.refreshTokenGrant(config, second.refresh_token ?? first.refresh_token, { scope: 'openid' });
    assert.equal(third.scope, 'openid');
  }
});

test('openid-client introspects a token until it revokes it', async () => {
  const config = await web();
  const tokens = await signIn(config);
  const live = await openid.tokenIntrospection(config, tokens.access_token);
  assert.equal(live.active, true);
  assert.equal(live.client_id, 'demo-web');
  await openid.tokenRevocation(config, tokens.access_token);
  assert.deepEqual(await openid.tokenIntrospection(config, tokens.access_token), { active: false });
});

test('openid-client cannot refresh once it has revoked the refresh token', async () => {
  const config = await web();
  const tokens = await signIn(config);
  await openid.tokenRevocation(config, tokens.refresh_token);
  await assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token), { error: 'invalid_grant' });
});

test('openid-client gets a token by client credentials', async () => {
  const config = await web();
  const tokens = await openid.clientCredentialsGrant(config, { scope: 'api:read' });
  assert.equal(tokens.scope, 'api:read');
  assert.equal(tokens.refresh_token, undefined);
  await assert.rejects(openid.clientCredentialsGrant(await app(), { scope: 'api:read' }), { error: 'unauthorized_client' });
});

test('openid-client sees a wrong secret refused, and a right one accepted either way', async () => {
  const challenged = failure => failure.status === 401 && failure.cause[0].scheme === 'basic';
  await assert.rejects(openid.clientCredentialsGrant(await discover('demo-web', openid.ClientSecretBasic('wrong'))), challenged);
  const told = failure => failure.status === 400 && failure.error === 'invalid_client';
  await assert.rejects(openid.clientCredentialsGrant(await discover('demo-web', openid.ClientSecretPost('wrong'))), told);
  await openid.clientCredentialsGrant(await web(openid.ClientSecretPost));
});

test('openid-client refuses an answer whose state or issuer is not the expected one', async () => {
  const config = await web();
  const agent = new UserAgent(postern);
  const { url, checks } = await prepare(config, {});
  const answer = await agent.authorize(url);
  for (const [name, value] of [['state', 'another'], ['iss', 'https://attacker.example']]) {
    const altered = new URL(answer);
    altered.searchParams.set(name, value);
    await assert.rejects(openid.authorizationCodeGrant(config, altered, checks), failure => failure.cause.message.includes(`"${name}"`));
  }
  assert.ok(await openid.authorizationCodeGrant(config, answer, checks), 'the true answer is still good');
});

test('openid-client is told access_denied, with state and issuer', async () => {
  const config = await app();
  const agent = new UserAgent(postern);
  const { url, checks } = await prepare(config, { redirect_uri: 'http://127.0.0.1:49152/callback', prompt: 'consent' });
  await agent.open(url);
  await agent.submit({ login: postern.user.login, password: postern.user.password });
  const answer = await agent.submit({ decision: 'deny' });
  await assert.rejects(openid.authorizationCodeGrant(config, answer, checks), { error: 'access_denied' });
});

test('openid-client is told login_required when nobody is signed in', async () => {
  const config = await web();
  const { url, checks } = await prepare(config, { prompt: 'none' });
  const answer = await new UserAgent(postern).open(url);
  await assert.rejects(openid.authorizationCodeGrant(config, answer, checks), { error: 'login_required' });
});

test('openid-client gets a fresh auth_time with max_age=0', async () => {
  const config = await web();
  const agent = new UserAgent(postern);
  await signIn(config, agent);
  const { url, checks } = await prepare(config, { max_age: '0' });
  await agent.open(url);
  assert.ok(agent.shows('signin-form'), 'a session of before is too old');
  const answer = await agent.authorize(url);
  const tokens = await openid.authorizationCodeGrant(config, answer, { ...checks, maxAge: 60 });
  assert.ok(tokens.claims().auth_time > 0);
});

test('openid-client asks a person on the back channel and polls for the answer', async () => {
  const config = await web();
  const asked = await openid.initiateBackchannelAuthentication(config, {
    scope: 'openid profile', login_hint: postern.user.login, binding_message: 'W4SCT',
  });
  const waiting = openid.pollBackchannelAuthenticationGrant(config, asked);
  const agent = new UserAgent(postern);
  await agent.authorize(`${postern.issuer}/approvals`);
  assert.ok(agent.page.includes('W4SCT'));
  await agent.submit({ decision: 'allow' });
  const tokens = await waiting;
  const person = await openid.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  assert.equal(person.name, 'Alice Example');
});

test('openid-client connects a device while its person answers in a browser', async () => {
  const config = await discover('demo-device', openid.None());
  const started = await openid.initiateDeviceAuthorization(config, { scope: 'openid profile offline_access' });
  const waiting = openid.pollDeviceAuthorizationGrant(config, started);
  const agent = new UserAgent(postern);
  await agent.authorize(started.verification_uri_complete);
  await agent.submit({ user_code: started.user_code });
  assert.ok(agent.shows('device-consent-form'), agent.page);
  await agent.submit({ decision: 'allow' });
  const tokens = await waiting;
  const person = await openid.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  assert.equal(person.name, 'Alice Example');
  assert.ok((await openid.refreshTokenGrant(config, tokens.refresh_token)).access_token);
});

test('openid-client is told that a device was denied', async () => {
  const config = await discover('demo-device', openid.None());
  const started = await openid.initiateDeviceAuthorization(config, { scope: 'openid' });
  const agent = new UserAgent(postern);
  await agent.authorize(started.verification_uri);
  await agent.submit({ user_code: started.user_code.toLowerCase().replace('-', ' ') });
  await agent.submit({ decision: 'deny' });
  await assert.rejects(openid.pollDeviceAuthorizationGrant(config, started), { error: 'access_denied' });
});

test('openid-client signs people out and gets them back with its state', async () => {
  const config = await web();
  const agent = new UserAgent(postern);
  const tokens = await signIn(config, agent);
  const url = openid.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: 'http://localhost:3000/signed-out',
    state: 'the-state',
  });
  assert.equal((await agent.open(url)).href, 'http://localhost:3000/signed-out?state=the-state');
  const { url: again } = await prepare(config, { prompt: 'none' });
  assert.equal((await agent.open(again)).searchParams.get('error'), 'login_required');
  assert.ok(await openid.refreshTokenGrant(config, tokens.refresh_token), 'offline_access lives on');
});

test('openid-client, asked to sign out without a proof, has the person asked', async () => {
  const config = await web();
  const agent = new UserAgent(postern);
  await signIn(config, agent);
  const url = openid.buildEndSessionUrl(config, { post_logout_redirect_uri: 'http://localhost:3000/signed-out' });
  assert.equal(await agent.open(url), null);
  assert.ok(agent.shows('signout'));
  assert.equal((await agent.submit({})).href, 'http://localhost:3000/signed-out');
});
