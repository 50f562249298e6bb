// What is measured. `prepare` is not; `once` is. A lane is one connection, one request at a time.
import { Agent, request as send } from 'node:http';
import { createHash, randomBytes } from 'node:crypto';
import { UserAgent } from '../Interop/lib/user-agent.mjs';

const redirectUri = 'http://localhost:3000/callback';
const random = () => randomBytes(32).toString('base64url');

/** One person's browser and one client at one server, over one connection. */
export class Lane {
  constructor(subject) {
    Object.assign(this, { subject, agent: new Agent({ keepAlive: true, maxSockets: 1 }) });
  }

  request(url, { method = 'GET', headers, body, expected = 200 } = {}) {
    return new Promise((resolve, reject) => {
      const outgoing = send(url, { method, headers, agent: this.agent, family: 4 }, async response => {
        const text = Buffer.concat(await response.toArray()).toString();
        if (response.statusCode === expected)
          resolve({ text, headers: response.headers });
        else
          reject(new Error(`${method} ${url}: ${response.statusCode} ${text}`));
      });
      outgoing.on('error', reject).end(body);
    });
  }

  get(name) {
    return this.request(this.subject.metadata[name]);
  }

  async post(name, fields) {
    const headers = { authorization: this.subject.basic, 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(fields).toString();
    return JSON.parse((await this.request(this.subject.metadata[name], { method: 'POST', headers, body })).text);
  }

  /** An authorization request with PKCE (RFC 7636 §4.3), and what redeems its code. */
  ask() {
    const verifier = random();
    const url = new URL(this.subject.metadata.authorization_endpoint);
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: 'demo-web',
      redirect_uri: redirectUri,
      scope: 'openid profile email offline_access api:read',
      state: random(),
      nonce: random(),
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    return { url, verifier };
  }

  redeem(callback, verifier) {
    const code = callback.searchParams.get('code');
    return this.post('token_endpoint', { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier });
  }

  /** Signs in; from then on an authorization request is answered at once. */
  async signIn() {
    const browser = new UserAgent(this.subject);
    const { url, verifier } = this.ask();
    this.tokens = await this.redeem(await browser.authorize(url), verifier);
    this.cookie = browser.cookieHeader();
    for (const token of [this.tokens.access_token, this.tokens.id_token])
      if (JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).alg !== 'ES256')
        throw new Error(`${this.subject.issuer} does not sign with ES256`);
  }

  close() {
    this.agent.destroy();
  }
}

const clientCredentials = { grant_type: 'client_credentials', scope: 'api:read' };

/** By name: the highest ratio to the peer that is meant, how often in a round, and what is done. */
export const operations = {
  refresh: {
    target: 0.3,
    count: 500,
    prepare: lane => lane.signIn(),
    async once(lane) {
      lane.tokens = await lane.post('token_endpoint', { grant_type: 'refresh_token', refresh_token: lane.tokens.refresh_token });
    },
  },
  'code + PKCE': {
    target: 0.27,
    count: 300,
    prepare: lane => lane.signIn(),
    async once(lane) {
      const { url, verifier } = lane.ask();
      const { headers } = await lane.request(url, { headers: { cookie: lane.cookie }, expected: 303 });
      await lane.redeem(new URL(headers.location), verifier);
    },
  },
  client_credentials: {
    target: 0.4,
    inMemory: true,
    count: 2000,
    once: lane => lane.post('token_endpoint', clientCredentials),
  },
  JWKS: { target: 0.6, count: 5000, once: lane => lane.get('jwks_uri') },
  introspection: {
    target: 1.5,
    count: 2000,
    async prepare(lane) {
      // The peer introspects no JWT. The other server has no such parameter and passes over it (RFC 6749 §3.2).
      const { access_token: token } = await lane.post('token_endpoint', { ...clientCredentials, resource: 'https://opaque.example.com' });
      lane.token = token;
    },
    async once(lane) {
      if (!(await lane.post('introspection_endpoint', { token: lane.token })).active)
        throw new Error('the token is not active');
    },
  },
  discovery: { target: 0.5, count: 5000, once: lane => lane.request(`${lane.subject.issuer}/.well-known/openid-configuration`) },
};
operations['introspection, peer in memory'] = { ...operations.introspection, inMemory: true };
