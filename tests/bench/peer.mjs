// The peer as a process of its own: node peer.mjs, with PORT, CLIENT_SECRET and STORAGE, a connection string; without
// STORAGE everything is in memory. It is set up for the work that Postern does: rotation, PKCE, ES256 for ID and access
// tokens, and the account read from where all else is. People are signed in and consent without being asked.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { TableAdapter, connect } from './table-adapter.mjs';

const { PORT, CLIENT_SECRET, STORAGE } = process.env;
const accountId = 'alice';
const resource = 'https://api.example.com';
const table = STORAGE && (await connect(STORAGE));
const accounts = table && new TableAdapter(table, 'Account');
await accounts?.upsert(accountId, { email: 'alice@example.com', name: 'Alice Example' });

const privateJwk = (type, options) => generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' });
const hour = 3600;

const provider = new Provider(`http://localhost:${PORT}`, {
  ...(table && { adapter: model => new TableAdapter(table, model) }),
  clients: [{
    client_id: 'demo-web',
    client_secret: CLIENT_SECRET,
    redirect_uris: ['http://localhost:3000/callback'],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    id_token_signed_response_alg: 'ES256',
  }],
  // The same two key types as Postern publishes.
  jwks: { keys: [{ ...privateJwk('ec', { namedCurve: 'P-256' }), alg: 'ES256' }, privateJwk('rsa', { modulusLength: 2048 })] },
  scopes: ['openid', 'offline_access', 'profile', 'email', 'api:read'],
  claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
  cookies: { keys: ['bench'] },
  pkce: { required: () => true },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  expiresWithSession: () => false,
  ttl: { AccessToken: hour, ClientCredentials: hour, AuthorizationCode: 60, IdToken: hour, RefreshToken: 24 * hour, Grant: 24 * hour, Session: 24 * hour, Interaction: hour },
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true },
    revocation: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      // It introspects opaque tokens only, so there must be some.
      getResourceServerInfo: (_, indicator) => ({
        scope: 'api:read',
        accessTokenTTL: hour,
        ...(indicator === resource ? { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } } : { accessTokenFormat: 'opaque' }),
      }),
    },
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  async findAccount(_, id) {
    const account = accounts ? await accounts.find(id) : {};
    return account && { accountId: id, claims: () => ({ sub: id, ...account }) };
  },
});

async function agree(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  grant.addResourceScope(resource, 'api:read');
  const result = { login: { accountId }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result);
}

const answer = provider.callback();
const server = createServer((request, response) =>
  request.url.startsWith('/interaction/') ? agree(request, response) : answer(request, response));
await once(server.listen(PORT, '127.0.0.1'), 'listening');
console.log('ready');
