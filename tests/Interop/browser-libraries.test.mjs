import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import express from 'express';
import { person, sharedChromium } from './lib/browser.mjs';
import { examplesOf } from './lib/clients-page.mjs';
import { sharedHttpsPostern } from './lib/https.mjs';

const postern = await sharedHttpsPostern();
const browser = await sharedChromium();
const { example, checkPage } = examplesOf('browsers');

// Where the apps are: each a page of its own, which is its redirect URI too.
const site = express();
const listening = site.listen(0, '127.0.0.1');
await once(listening, 'listening');
after(() => listening.close());
const address = `http://localhost:${listening.address().port}`;
const modules = dirname(createRequire(import.meta.url).resolve('express/package.json'));
const libraries = ['oidc-client-ts/dist/browser/oidc-client-ts.min.js', '@azure/msal-browser/lib/msal-browser.min.js', 'keycloak-js/lib/keycloak.js'];
for (const file of libraries)
  site.get(`/${file}`, (request, response) => response.sendFile(join(modules, '..', file)));

/**
 * Opens an app whose script is given, signs in, agrees, and returns what the script then shows.
 * @param {object} app its name, the file of its library if that is no module, and its script: it finds `issuer`, `client_id`
 * and `redirect_uri`, and calls `show` at its end; also what else its client is registered with.
 */
async function signIn(t, { name, file, script, expected, registration = [] }) {
  const redirect_uri = `${address}/${name}`;
  const { client_id } = await postern.addClient(name, '--public', '--redirect-uri', redirect_uri, ...registration);
  const values = JSON.stringify({ issuer: postern.issuer, client_id, redirect_uri });
  site.get(`/${name}`, (request, response) =>
    response.send(`<!DOCTYPE html><html lang="en"><head><title>App</title><link rel="icon" href="data:,"></head><body>
      ${file ? `<script src="/${file}"></script>` : ''}
      <script type="module">
        ${script.imports ?? ''}
        const { issuer, client_id, redirect_uri } = ${values};
        const show = known => document.body.insertAdjacentHTML('beforeend', '<pre id="known"></pre>') ??
          (document.querySelector('#known').textContent = JSON.stringify(known));
        ${script.body}
      </script></body></html>`),
  );
  const page = await person(t, browser, { ignoreHTTPSErrors: true }, expected);
  await page.goto(redirect_uri);
  await page.fill('#login', postern.user.login);
  await page.fill('#password', postern.user.password);
  await page.click('#signin');
  await page.click('#consent-allow');
  await page.waitForSelector('#known', { state: 'attached' });
  return JSON.parse(await page.textContent('#known'));
}

example(
  { library: 'oidc-client-ts', title: 'UserManager', documentation: 'https://authts.github.io/oidc-client-ts/' },
  async t => {
    const { profile, access_token } = await signIn(t, {
      name: 'oidc-client-ts',
      file: 'oidc-client-ts/dist/browser/oidc-client-ts.min.js',
      script: {
        body: `
          const userManager = new oidc.UserManager({ authority: issuer, client_id, redirect_uri });
          if (new URLSearchParams(location.search).has('code'))
            show(await userManager.signinCallback());
          else
            await userManager.signinRedirect();`,
      },
    });
    assert.equal(profile.aud, 'oidc-client-ts');
    assert.ok(access_token);
  },
);

example(
  {
    library: '@azure/msal-browser',
    title: 'Initialization, with an authority that is none of Microsoft\'s',
    documentation: 'https://github.com/AzureAD/microsoft-authentication-library-for-js/blob/dev/lib/msal-browser/docs/initialization.md',
  },
  async t => {
    const { account, silent } = await signIn(t, {
      name: 'msal-browser',
      file: '@azure/msal-browser/lib/msal-browser.min.js',
      script: {
        body: `
          const msalConfig = {
            auth: { clientId: client_id, authority: issuer, knownAuthorities: [new URL(issuer).host], redirectUri: redirect_uri },
            system: { protocolMode: 'OIDC' },
          };
          const msalInstance = new msal.PublicClientApplication(msalConfig);
          await msalInstance.initialize();
          const tokenResponse = await msalInstance.handleRedirectPromise();
          if (tokenResponse) {
            const { account } = tokenResponse;
            const silent = await msalInstance.acquireTokenSilent({ scopes: ['email'], account, forceRefresh: true });
            show({ account, silent });
          } else
            await msalInstance.loginRedirect({ scopes: ['email'] });`,
      },
    });
    assert.equal(account.name, 'Alice Example');
    assert.equal(silent.fromCache, false);
  },
);

example(
  {
    library: 'keycloak-js',
    title: 'Using the adapter',
    documentation: 'https://www.keycloak.org/securing-apps/javascript-adapter#_using_the_adapter',
    needs:
      '`--allowed-origin` and `--grant-type authorization_code` at registration, for it sends its token requests with credentials ' +
      'and reads refresh tokens as JWTs, and `checkLoginIframe: false`, as there is no `check_session_iframe`',
  },
  async t => {
    const outcome = (name, options, ...registration) =>
      signIn(t, {
        name,
        registration,
        script: {
          imports: `import Keycloak from '/keycloak-js/lib/keycloak.js';`,
          body: `
            const keycloak = new Keycloak({ oidcProvider: issuer, clientId: client_id });
            show(await keycloak.init(${JSON.stringify(options)}).catch(error => error.message));`,
        },
        expected: message => /credentials mode|net::ERR_FAILED/.test(message.text()),
      });
    const documented = { onLoad: 'login-required' };
    assert.equal(await outcome('keycloak-js', documented), 'Not supported by the OIDC server');
    const alone = { ...documented, checkLoginIframe: false };
    assert.equal(await outcome('keycloak-js-alone', alone), 'Failed to fetch');
    const allowed = ['--allowed-origin', address];
    assert.equal(await outcome('keycloak-js-allowed', alone, ...allowed), 'Unable to decode token, payload not found.');
    assert.equal(await outcome('keycloak-js-no-refresh', alone, ...allowed, '--grant-type', 'authorization_code'), true);
  },
);

checkPage();
