import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { sharedPostern } from './lib/server.mjs';
import { UserAgent } from './lib/user-agent.mjs';

const postern = await sharedPostern();
const redirectUri = 'http://127.0.0.1:49152/callback';
const insecure = { [oauth.allowInsecureRequests]: true };

const clients = {
  'demo-web': () => [{ client_id: 'demo-web' }, oauth.ClientSecretBasic(postern.client('demo-web').client_secret)],
  'demo-app': () => [{ client_id: 'demo-app' }, oauth.None()],
};

async function discover(algorithm = 'oidc') {
  const issuer = new URL(postern.issuer);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm, ...insecure }));
}

/** An authorization request in the making; what it is answered with is for the caller to validate. */
async function prepare(as, client, parameters = {}) {
  const flow = { verifier: oauth.generateRandomCodeVerifier(), state: oauth.generateRandomState(), nonce: oauth.generateRandomNonce() };
  flow.url = new URL(as.authorization_endpoint);
  flow.url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid email offline_access api:read',
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: 'S256',
    ...parameters,
  });
  return flow;
}

async function tokens(as, clientId) {
  const [client, authentication] = clients[clientId]();
  const flow = await prepare(as, client);
  const answer = oauth.validateAuthResponse(as, client, await new UserAgent(postern).authorize(flow.url), flow.state);
  const response = await oauth.authorizationCodeGrantRequest(as, client, authentication, answer, redirectUri, flow.verifier, insecure);
  const result = await oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: flow.nonce, requireIdToken: true });
  await oauth.validateApplicationLevelSignature(as, response, insecure);
  return result;
}

test('oauth4webapi finds the same metadata by OpenID Connect and by RFC 8414', async () => {
  assert.deepEqual(await discover('oauth2'), await discover('oidc'));
});

for (const clientId of Object.keys(clients)) {
  test(`oauth4webapi validates everything ${clientId} is given: code, ID token and its signature, userinfo, refresh, revocation`, async () => {
    const as = await discover();
    const [client, authentication] = clients[clientId]();
    const first = await tokens(as, clientId);
    const { sub } = oauth.getValidatedIdTokenClaims(first);

    const userInfo = await oauth.userInfoRequest(as, client, first.access_token, insecure);
    assert.equal((await oauth.processUserInfoResponse(as, client, sub, userInfo)).email, 'alice@example.com');

    const refreshed = await oauth.refreshTokenGrantRequest(as, client, authentication, first.refresh_token, insecure);
    const second = await oauth.processRefreshTokenResponse(as, client, refreshed);
    assert.equal(oauth.getValidatedIdTokenClaims(second)?.sub ?? sub, sub);

    const held = second.refresh_token ?? first.refresh_token;
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, authentication, held, insecure));
    const refused = await oauth.refreshTokenGrantRequest(as, client, authentication, held, insecure);
    await assert.rejects(oauth.processRefreshTokenResponse(as, client, refused), { error: 'invalid_grant', status: 400 });
  });
}

test('oauth4webapi validates client credentials and their introspection', async () => {
  const as = await discover();
  const [client, authentication] = clients['demo-web']();
  const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, { scope: 'api:write' }, insecure);
  const { access_token } = await oauth.processClientCredentialsResponse(as, client, response);
  const introspected = await oauth.introspectionRequest(as, client, authentication, access_token, insecure);
  const live = await oauth.processIntrospectionResponse(as, client, introspected);
  assert.deepEqual([live.active, live.scope, live.iss], [true, 'api:write', postern.issuer]);
});

test('oauth4webapi accepts the access token as RFC 9068 wants it, as a resource server would', async () => {
  const as = await discover();
  const { access_token } = await tokens(as, 'demo-web');
  const request = new Request('http://localhost/api', { headers: { authorization: `Bearer ${access_token}` } });
  const claims = await oauth.validateJwtAccessToken(as, request, postern.issuer, insecure);
  assert.equal(claims.client_id, 'demo-web');
  assert.match(claims.scope, /api:read/);
});

test('oauth4webapi validates a form_post answer', async () => {
  const as = await discover();
  const [client, authentication] = clients['demo-app']();
  const agent = new UserAgent(postern);
  const flow = await prepare(as, client, { response_mode: 'form_post' });
  assert.equal(await agent.authorize(flow.url), null);
  const answer = oauth.validateAuthResponse(as, client, new URLSearchParams(agent.hidden()), flow.state);
  const response = await oauth.authorizationCodeGrantRequest(as, client, authentication, answer, redirectUri, flow.verifier, insecure);
  assert.ok((await oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: flow.nonce })).access_token);
});

test('oauth4webapi reads each error of the authorization endpoint, with state and issuer', async () => {
  const as = await discover();
  const [client] = clients['demo-app']();
  const faults = {
    invalid_request: { code_challenge: '' },
    unsupported_response_type: { response_type: 'token' },
    invalid_scope: { scope: 'no:such' },
    login_required: { prompt: 'none' },
    request_not_supported: { request: 'e30.e30.' },
  };
  for (const [error, parameters] of Object.entries(faults)) {
    const flow = await prepare(as, client, parameters);
    const answer = await new UserAgent(postern).open(flow.url);
    assert.ok(answer, `${error}: the client is to be answered`);
    assert.throws(() => oauth.validateAuthResponse(as, client, answer, flow.state), { error, name: 'AuthorizationResponseError' });
  }
});

test('a redirect URI that is not registered is answered with a page and never followed', async () => {
  const as = await discover();
  const [client] = clients['demo-app']();
  const agent = new UserAgent(postern);
  for (const redirect_uri of ['https://attacker.example/callback', 'http://127.0.0.1:49152/other', 'http://127.0.0.1.attacker.example/callback']) {
    const flow = await prepare(as, client, { redirect_uri });
    assert.equal(await agent.open(flow.url), null);
    assert.equal(agent.status, 400);
    assert.ok(agent.shows('error-message'));
  }
});

test('a code is refused to a wrong verifier, another client and a second time', async () => {
  const as = await discover();
  const [client, authentication] = clients['demo-app']();
  const redeem = async (by, how, answer, verifier, expectedNonce = oauth.expectNoNonce) =>
    oauth.processAuthorizationCodeResponse(as, by, await oauth.authorizationCodeGrantRequest(as, by, how, answer, redirectUri, verifier, insecure), {
      expectedNonce,
    });
  const code = async (scope = 'api:read') => {
    const flow = await prepare(as, client, { scope });
    return [oauth.validateAuthResponse(as, client, await new UserAgent(postern).authorize(flow.url), flow.state), flow.verifier, flow.nonce];
  };

  const [first] = await code();
  await assert.rejects(redeem(client, authentication, first, oauth.generateRandomCodeVerifier()), { error: 'invalid_grant' });

  const [second, secondVerifier] = await code();
  await assert.rejects(redeem(...clients['demo-web'](), second, secondVerifier), { error: 'invalid_grant' });

  const [third, thirdVerifier, nonce] = await code('openid');
  const { access_token } = await redeem(client, authentication, third, thirdVerifier, nonce);
  const userInfo = async () => (await oauth.userInfoRequest(as, client, access_token, insecure)).status;
  assert.equal(await userInfo(), 200);
  await assert.rejects(redeem(client, authentication, third, thirdVerifier), { error: 'invalid_grant' });
  assert.equal(await userInfo(), 401, 'what the first redemption brought counts no more');
});

test('userinfo challenges a token it does not know, as RFC 6750 wants it', async () => {
  const as = await discover();
  const [client] = clients['demo-app']();
  const response = await oauth.userInfoRequest(as, client, 'not-a-token', insecure);
  await assert.rejects(oauth.processUserInfoResponse(as, client, oauth.skipSubjectCheck, response), failure => {
    assert.equal(failure.status, 401);
    assert.deepEqual([failure.cause[0].scheme, failure.cause[0].parameters.error], ['bearer', 'invalid_token']);
    return true;
  });
});
