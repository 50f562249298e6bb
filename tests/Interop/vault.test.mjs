import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import * as jose from 'jose';
import * as openid from 'openid-client';
import { builtServer, startPostern, temporaryFolder } from './lib/server.mjs';
import { UserAgent } from './lib/user-agent.mjs';

const insecure = { execute: [openid.allowInsecureRequests] };

/** The command line tool on the server's tables, as an operator types it. */
async function operate(postern, ...args) {
  const tool = builtServer().replace('/Local/', '/Cli/').replace('Postern.Local.dll', 'postern.dll');
  const { stdout } = await promisify(execFile)('dotnet', [tool, ...args, '--storage', postern.storage, '--json']);
  return JSON.parse(stdout);
}

async function signIn(postern) {
  const authentication = openid.ClientSecretBasic(postern.client('demo-web').client_secret);
  const config = await openid.discovery(new URL(postern.issuer), 'demo-web', undefined, authentication, insecure);
  const checks = { pkceCodeVerifier: openid.randomPKCECodeVerifier(), expectedState: openid.randomState(), idTokenExpected: true };
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: 'http://localhost:3000/callback',
    scope: 'openid api:read',
    state: checks.expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  return openid.authorizationCodeGrant(config, await new UserAgent(postern).authorize(url), checks);
}

for (const vault of [undefined, 'sign', 'wrap']) {
  test(`jose verifies what is signed ${vault ? `with --vault ${vault}` : 'by the development key'}, by every algorithm`, async t => {
    const postern = await startPostern({ folder: temporaryFolder(t), vault });
    t.after(() => postern.stop());
    const keys = jose.createRemoteJWKSet(new URL(`${postern.issuer}/jwks`));
    const tokens = await signIn(postern);
    await jose.jwtVerify(tokens.access_token, keys, { typ: 'at+jwt', issuer: postern.issuer });
    await jose.jwtVerify(tokens.id_token, keys, { issuer: postern.issuer, audience: 'demo-web' });

    const methods = { RS256: 'client_secret_basic', PS256: 'client_secret_post', ES256: 'client_secret_post' };
    for (const [algorithm, method] of Object.entries(methods)) {
      const options = ['--machine', '--scope', 'api:read', '--alg', algorithm, '--auth-method', method];
      const { client_id, client_secret } = await operate(postern, 'client', 'add', `machine-${algorithm}`, ...options);
      const authentication = method === 'client_secret_post' ? openid.ClientSecretPost(client_secret) : openid.ClientSecretBasic(client_secret);
      const config = await openid.discovery(new URL(postern.issuer), client_id, undefined, authentication, insecure);
      const { access_token } = await openid.clientCredentialsGrant(config);
      const { protectedHeader } = await jose.jwtVerify(access_token, keys, { typ: 'at+jwt', issuer: postern.issuer });
      assert.equal(protectedHeader.alg, algorithm);
    }
    assert.deepEqual(postern.log.filter(line => / (warn|fail|crit): /.test(line)), []);
  });
}
