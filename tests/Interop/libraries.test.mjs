import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Auth } from '@auth/core';
import { OAuth2Client, generateCodeVerifier } from '@badgateway/oauth2-client';
import express from 'express';
import { auth as jwtBearer } from 'express-oauth2-jwt-bearer';
import openidConnect from 'express-openid-connect';
import session from 'express-session';
import * as jose from 'jose';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { Issuer, generators } from 'openid-client-5';
import { Passport } from 'passport';
import OAuth2Strategy from 'passport-oauth2';
import OpenIDConnectStrategy from 'passport-openidconnect';
import simple from 'simple-oauth2';
import { examplesOf } from './lib/clients-page.mjs';
import { sharedHttpsPostern } from './lib/https.mjs';
import { UserAgent } from './lib/user-agent.mjs';
import { listen, visit } from './lib/visitor.mjs';

const postern = await sharedHttpsPostern();
const { example, checkPage } = examplesOf('Node.js');
const redirectUri = 'http://localhost:3000/callback';

const withoutPkce = '`--no-pkce` at registration: it sends no `code_challenge`';
const authorize = url => new UserAgent(postern).authorize(url);

const clients = new Map();

/** The client that is registered so; the same one for whoever registers the same. */
function addClient(...options) {
  const registration = options.join(' ');
  if (!clients.has(registration))
    clients.set(registration, postern.addClient(`client-${clients.size}`, ...options));
  return clients.get(registration);
}

const addWeb = (uri = redirectUri, ...options) => addClient('--redirect-uri', uri, ...options);

/** Shows that the example is refused as long as PKCE is required. */
async function refusedWithoutPkce(url) {
  const answer = await authorize(url);
  assert.equal(answer.searchParams.get('error'), 'invalid_request');
  assert.match(answer.searchParams.get('error_description'), /code_challenge/);
}

async function tokenFor(audience) {
  const { client_id, client_secret } = await addClient('--machine', '--scope', 'api', '--audience', audience);
  const config = await openid.discovery(new URL(postern.issuer), client_id, client_secret);
  return (await openid.clientCredentialsGrant(config)).access_token;
}

example(
  {
    library: 'openid-client',
    title: 'Quick start: authorization code flow',
    documentation: 'https://github.com/panva/openid-client#quick-start',
  },
  async () => {
    const { client_id, client_secret } = await addWeb();
    const config = await openid.discovery(new URL(postern.issuer), client_id, client_secret);
    const code_verifier = openid.randomPKCECodeVerifier();
    const code_challenge = await openid.calculatePKCECodeChallenge(code_verifier);
    let state;
    const parameters = { redirect_uri: redirectUri, scope: 'openid email', code_challenge, code_challenge_method: 'S256' };
    if (!config.serverMetadata().supportsPKCE()) {
      state = openid.randomState();
      parameters.state = state;
    }
    const redirectTo = openid.buildAuthorizationUrl(config, parameters);

    const tokens = await openid.authorizationCodeGrant(config, await authorize(redirectTo.href), {
      pkceCodeVerifier: code_verifier,
      expectedState: state,
    });
    assert.equal(tokens.claims().email, 'alice@example.com');
  },
);

example(
  {
    library: 'openid-client',
    installed: 'openid-client-5',
    title: 'Quick start: authorization code flow',
    documentation: 'https://github.com/panva/openid-client/tree/v5.x#quick-start',
  },
  async () => {
    const { client_id, client_secret } = await addWeb();
    const issuer = await Issuer.discover(postern.issuer);
    const client = new issuer.Client({ client_id, client_secret, redirect_uris: [redirectUri], response_types: ['code'] });
    const code_verifier = generators.codeVerifier();
    const code_challenge = generators.codeChallenge(code_verifier);
    const url = client.authorizationUrl({ scope: 'openid email profile offline_access', code_challenge, code_challenge_method: 'S256' });

    const answered = await authorize(url);
    const params = client.callbackParams({ method: 'GET', url: `${answered.pathname}${answered.search}` });
    const tokenSet = await client.callback(redirectUri, params, { code_verifier });
    assert.equal(tokenSet.claims().name, 'Alice Example');
    const userinfo = await client.userinfo(tokenSet.access_token);
    assert.equal(userinfo.email, 'alice@example.com');
    const refreshed = await client.refresh(tokenSet.refresh_token);
    assert.equal(refreshed.claims().sub, userinfo.sub);
  },
);

example(
  { library: 'oauth4webapi', title: 'examples/oidc.ts', documentation: 'https://github.com/panva/oauth4webapi/blob/main/examples/oidc.ts' },
  async () => {
    const { client_id, client_secret } = await addWeb();
    const issuer = new URL(postern.issuer);
    const as = await oauth.discoveryRequest(issuer, { algorithm: 'oidc' }).then(response => oauth.processDiscoveryResponse(issuer, response));
    const client = { client_id };
    const clientAuth = oauth.ClientSecretPost(client_secret);
    const code_verifier = oauth.generateRandomCodeVerifier();
    const authorizationUrl = new URL(as.authorization_endpoint);
    authorizationUrl.searchParams.set('client_id', client.client_id);
    authorizationUrl.searchParams.set('redirect_uri', redirectUri);
    authorizationUrl.searchParams.set('response_type', 'code');
    authorizationUrl.searchParams.set('scope', 'openid email');
    authorizationUrl.searchParams.set('code_challenge', await oauth.calculatePKCECodeChallenge(code_verifier));
    authorizationUrl.searchParams.set('code_challenge_method', 'S256');

    const params = oauth.validateAuthResponse(as, client, await authorize(authorizationUrl));
    const response = await oauth.authorizationCodeGrantRequest(as, client, clientAuth, params, redirectUri, code_verifier);
    const result = await oauth.processAuthorizationCodeResponse(as, client, response, { requireIdToken: true });
    const { sub } = oauth.getValidatedIdTokenClaims(result);
    const userInfo = await oauth.userInfoRequest(as, client, result.access_token);
    assert.equal((await oauth.processUserInfoResponse(as, client, sub, userInfo)).email, 'alice@example.com');
  },
);

example(
  {
    library: 'openid-client',
    title: 'genericGrantRequest: token exchange',
    documentation: 'https://github.com/panva/openid-client/blob/main/docs/functions/genericGrantRequest.md',
  },
  async () => {
    const audience = 'https://stock.example.com';
    const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
    const web = await addWeb(redirectUri, '--scope', 'openid orders:read orders:write');
    const policy = ['--grant-type', exchange, '--exchange-from', web.client_id, '--exchange-to', `${audience} orders:read`];
    const api = await addClient('--resource-server', 'https://orders.example.com', ...policy);
    const webConfig = await openid.discovery(new URL(postern.issuer), web.client_id, web.client_secret);
    const code_verifier = openid.randomPKCECodeVerifier();
    const code_challenge = await openid.calculatePKCECodeChallenge(code_verifier);
    const parameters = { redirect_uri: redirectUri, scope: 'openid orders:read', code_challenge, code_challenge_method: 'S256' };
    const answered = await authorize(openid.buildAuthorizationUrl(webConfig, parameters).href);
    const { access_token } = await openid.authorizationCodeGrant(webConfig, answered, { pkceCodeVerifier: code_verifier });

    const config = await openid.discovery(new URL(postern.issuer), api.client_id, api.client_secret);
    const subject_token_type = 'urn:ietf:params:oauth:token-type:access_token';
    const tokens = await openid.genericGrantRequest(config, exchange, { audience, subject_token: access_token, subject_token_type });
    assert.deepEqual([tokens.token_type, tokens.issued_token_type, tokens.scope], ['bearer', subject_token_type, 'orders:read']);
    const claims = jose.decodeJwt(tokens.access_token);
    assert.deepEqual([claims.aud, claims.act], [audience, { sub: api.client_id }]);
    assert.equal(claims.sub, jose.decodeJwt(access_token).sub);
  },
);

example(
  { library: '@auth/core', title: 'Use your own provider', documentation: 'https://authjs.dev/guides/configuring-oauth-providers' },
  async () => {
    const app = 'https://app.example';
    const { client_id, client_secret } = await addWeb(`${app}/auth/callback/my-provider`);
    const config = {
      basePath: '/auth',
      secret: randomBytes(32).toString('hex'),
      trustHost: true,
      providers: [
        { id: 'my-provider', name: 'My Provider', type: 'oidc', issuer: postern.issuer, clientId: client_id, clientSecret: client_secret },
      ],
    };
    const jar = new UserAgent(postern);
    const call = async (path, form) => {
      const body = form && new URLSearchParams(form);
      const request = new Request(new URL(path, app), { method: form ? 'POST' : 'GET', body, headers: { cookie: jar.cookieHeader() } });
      const response = await Auth(request, config);
      jar.keep(response.headers.getSetCookie());
      return response;
    };

    const { csrfToken } = await (await call('/auth/csrf')).json();
    const started = await call('/auth/signin/my-provider', { csrfToken, callbackUrl: app });
    const answered = await authorize(started.headers.get('location'));
    const signedIn = await call(answered.href);
    assert.equal(new URL(signedIn.headers.get('location')).href, `${app}/`);
    const { user } = await (await call('/auth/session')).json();
    assert.deepEqual([user.name, user.email], ['Alice Example', 'alice@example.com']);
  },
);

/** An Express app in which somebody signs in by a strategy of Passport; what its page then says of them. */
async function signInByPassport(t, name, strategyFor, options) {
  const [app, passport] = [express().set('env', 'test'), new Passport()];
  const address = await listen(t, app);
  const client = await addWeb(`${address}/callback`, ...options);
  passport.serializeUser((user, cb) => cb(null, user));
  passport.deserializeUser((user, cb) => cb(null, user));
  passport.use(strategyFor(client, `${address}/callback`));
  app.use(session({ secret: 'keyboard cat', resave: false, saveUninitialized: false }), passport.session());
  app.get('/login', passport.authenticate(name));
  app.get('/callback', passport.authenticate(name, { failureRedirect: '/failed' }), (req, res) => res.redirect('/'));
  app.get('/', (req, res) => res.json(req.user));
  return visit(postern, `${address}/login`);
}

for (const [library, name, documentation, strategyFor, assertKnown] of [
  [
    'passport-oauth2',
    'oauth2',
    'https://www.passportjs.org/packages/passport-oauth2/',
    ({ client_id, client_secret }, callbackURL) =>
      new OAuth2Strategy(
        {
          authorizationURL: `${postern.issuer}/authorize`,
          tokenURL: `${postern.issuer}/token`,
          clientID: client_id,
          clientSecret: client_secret,
          callbackURL,
        },
        (accessToken, refreshToken, profile, cb) => cb(null, { accessToken }),
      ),
    user => assert.ok(user.accessToken),
  ],
  [
    'passport-openidconnect',
    'openidconnect',
    'https://www.passportjs.org/packages/passport-openidconnect/',
    ({ client_id, client_secret }, callbackURL) =>
      new OpenIDConnectStrategy(
        {
          issuer: postern.issuer,
          authorizationURL: `${postern.issuer}/authorize`,
          tokenURL: `${postern.issuer}/token`,
          userInfoURL: `${postern.issuer}/userinfo`,
          clientID: client_id,
          clientSecret: client_secret,
          callbackURL,
        },
        (issuer, profile, cb) => cb(null, { issuer, profile }),
      ),
    user => assert.equal(user.issuer, postern.issuer),
  ],
])
  example({ library, title: 'Configure strategy', documentation, needs: withoutPkce }, async t => {
    const refused = await signInByPassport(t, name, strategyFor, []);
    assert.match(refused.url.pathname + refused.body, /failed|code_challenge/);
    const { status, body } = await signInByPassport(t, name, strategyFor, ['--no-pkce']);
    assert.equal(status, 200, body);
    assertKnown(JSON.parse(body));
  });

const endpoints = { tokenHost: postern.issuer, tokenPath: '/token', revokePath: '/revoke' };
const simpleConfig = ({ client_id, client_secret }, auth) => ({ client: { id: client_id, secret: client_secret }, auth });

example(
  {
    library: 'simple-oauth2',
    title: 'Authorization code grant',
    documentation: 'https://github.com/lelylan/simple-oauth2/tree/5.x#authorization-code-grant',
    needs: withoutPkce,
  },
  async () => {
    const authorizing = { ...endpoints, authorizePath: '/authorize' };
    const clientOf = async (...options) => new simple.AuthorizationCode(simpleConfig(await addWeb(redirectUri, ...options), authorizing));
    const request = { redirect_uri: redirectUri, scope: 'profile offline_access', state: '<state>', customParam: 'foo' };
    await refusedWithoutPkce((await clientOf()).authorizeURL(request));

    const client = await clientOf('--no-pkce');
    const answered = await authorize(client.authorizeURL(request));
    const tokenParams = { code: answered.searchParams.get('code'), redirect_uri: redirectUri, scope: request.scope };
    const accessToken = await client.getToken(tokenParams);
    const refreshed = await accessToken.refresh({ scope: request.scope });
    assert.notEqual(refreshed.token.access_token, accessToken.token.access_token);
    await refreshed.revokeAll();
  },
);

example(
  {
    library: 'simple-oauth2',
    title: 'Client credentials grant',
    documentation: 'https://github.com/lelylan/simple-oauth2/tree/5.x#client-credentials-grant',
  },
  async () => {
    const client = new simple.ClientCredentials(simpleConfig(await addClient('--machine', '--scope', 'api'), endpoints));
    const accessToken = await client.getToken({ scope: 'api' });
    assert.ok(!accessToken.expired());
    await accessToken.revoke('access_token');
  },
);

example(
  {
    library: '@badgateway/oauth2-client',
    title: 'The authorization_code flow',
    documentation: 'https://github.com/badgateway/oauth2-client#the-authorization_code-flow',
  },
  async () => {
    const { client_id } = await addClient('--public', '--redirect-uri', 'https://my-app.example/');
    const client = new OAuth2Client({ server: `${postern.issuer}/`, clientId: client_id });
    const codeVerifier = await generateCodeVerifier();
    const flow = { redirectUri: 'https://my-app.example/', state: 'some-string', codeVerifier };
    const answered = await authorize(await client.authorizationCode.getAuthorizeUri({ ...flow, scope: ['profile', 'email'] }));
    const oauth2Token = await client.authorizationCode.getTokenFromCodeRedirect(answered, flow);
    assert.ok(oauth2Token.accessToken);
  },
);

example(
  {
    library: 'express-openid-connect',
    title: 'Configuring the SDK',
    documentation: 'https://github.com/auth0/express-openid-connect#configuring-the-sdk',
    needs: '`clientSecret` and `authorizationParams: { response_type: \'code\' }`: there is no implicit flow (RFC 9700 §2.1.2)',
  },
  async t => {
    const [app, documented] = [express(), express()];
    const address = await listen(t, app);
    const { client_id, client_secret } = await addWeb(`${address}/callback`);
    const configuration = {
      issuerBaseURL: postern.issuer,
      baseURL: address,
      clientID: client_id,
      secret: randomBytes(32).toString('hex'),
      idpLogout: true,
    };
    documented.use(openidConnect.auth(configuration));
    const code = { clientSecret: client_secret, authorizationParams: { response_type: 'code' } };
    app.use(openidConnect.auth({ ...configuration, ...code }));
    app.get('/', (req, res) => res.json(req.oidc.user));

    await assert.rejects(visit(postern, await listen(t, documented)), /unsupported_response_type/);
    const { body } = await visit(postern, address);
    assert.equal(JSON.parse(body).name, 'Alice Example');
  },
);

/** Whether an API lets a token in. */
async function statusOf(t, middleware, token) {
  const api = express().use(middleware).get('/', (req, res) => res.send('here you are'));
  // An error handler has four parameters, by which Express knows it.
  api.use((error, req, res, next) => (res.headersSent ? next(error) : res.status(error.status ?? 500).end()));
  return (await fetch(await listen(t, api), { headers: { authorization: `Bearer ${token}` } })).status;
}

example(
  {
    library: 'express-oauth2-jwt-bearer',
    title: 'Library initialization',
    documentation: 'https://github.com/auth0/node-oauth2-jwt-bearer/tree/main/packages/express-oauth2-jwt-bearer#library-initialization',
  },
  async t => {
    const middleware = jwtBearer({ issuerBaseURL: postern.issuer, audience: 'https://my-api.com' });
    assert.equal(await statusOf(t, middleware, await tokenFor('https://my-api.com')), 200);
    assert.equal(await statusOf(t, middleware, await tokenFor('https://other-api.com')), 401);
  },
);

example(
  {
    library: 'jose',
    title: 'Remote JSON Web Key Set',
    documentation: 'https://github.com/panva/jose/blob/main/docs/jwks/remote/functions/createRemoteJWKSet.md',
  },
  async () => {
    const jwt = await tokenFor('urn:example:audience');
    const JWKS = jose.createRemoteJWKSet(new URL(`${postern.issuer}/jwks`));
    const { payload } = await jose.jwtVerify(jwt, JWKS, { issuer: postern.issuer, audience: 'urn:example:audience' });
    assert.equal(payload.scope, 'api');
  },
);

checkPage();
