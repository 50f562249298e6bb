// Requests that a real browser repeats, and tabs side by side: nobody with the right password ends on a page that leads nowhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as openid from 'openid-client';
import { person, sharedChromium } from './lib/browser.mjs';
import { sharedPostern } from './lib/server.mjs';
import { listenForAnswer } from './lib/user-agent.mjs';

const postern = await sharedPostern();
const browser = await sharedChromium();

/** A request of the demo's web client, whose consent is remembered. */
async function authorizationUrl(redirect_uri, parameters = {}) {
  const url = new URL(`${postern.issuer}/authorize`);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: 'demo-web',
    redirect_uri,
    scope: 'openid profile',
    state: 'the-state',
    code_challenge: await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier()),
    code_challenge_method: 'S256',
    ...parameters,
  });
  return url.href;
}

async function fill(page) {
  await page.fill('#login', postern.user.login);
  await page.fill('#password', postern.user.password);
}

const arrived = page => page.waitForURL(/callback\?code=/);

/** Whether the first login of a test's order is asked for consent; the later ones are remembered. */
const consentIsAsked = page =>
  Promise.race([arrived(page).then(() => false), page.waitForSelector('#consent-allow').then(() => true)]).catch(failure => {
    throw new Error(`neither at the app nor asked for consent: ${page.url()}`, { cause: failure });
  });

/** Two clicks, the second so many milliseconds after the first, wherever that one has led. */
async function twice(page, selector, pause) {
  const box = await page.locator(selector).boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.click(x, y);
  await page.waitForTimeout(pause);
  await page.mouse.click(x, y);
}

for (const javaScriptEnabled of [true, false])
  for (const pause of [0, 30, 150])
    test(`two clicks ${pause} ms apart on Sign in and on Allow end at the app, ${javaScriptEnabled ? 'with' : 'without'} script`, async t => {
      const page = await person(t, browser, { javaScriptEnabled });
      const client = await listenForAnswer(t);
      await page.goto(await authorizationUrl(client.redirectUri, { prompt: 'login' }));
      await fill(page);
      await twice(page, '#signin', pause);
      if (await consentIsAsked(page))
        await twice(page, '#consent-allow', pause);
      await arrived(page);
    });

test('three tabs that are loaded at once in a browser without a cookie all end signed in', async t => {
  const first = await person(t, browser);
  const client = await listenForAnswer(t);
  const tabs = [first, await first.context().newPage(), await first.context().newPage()];
  await Promise.all(tabs.map(async tab => tab.goto(await authorizationUrl(client.redirectUri))));
  for (const tab of tabs) {
    await fill(tab);
    await tab.click('#signin');
    if (await consentIsAsked(tab))
      await tab.click('#consent-allow');
    await arrived(tab);
  }
});

test('going back to the form, sending it again and reloading end at the app', async t => {
  const page = await person(t, browser);
  const client = await listenForAnswer(t);
  await page.goto(await authorizationUrl(client.redirectUri, { prompt: 'login' }));
  await fill(page);
  await page.click('#signin');
  if (await consentIsAsked(page))
    await page.click('#consent-allow');
  await arrived(page);
  await page.goBack();
  await page.reload();
  await page.waitForSelector('#signin-form, #consent-form');
  if (await page.locator('#signin-form').isVisible()) {
    await fill(page);
    await page.click('#signin');
  } else {
    await page.click('#consent-allow');
  }
  await arrived(page);
});

test('the address of a form, typed, leads to what waits in this browser', async t => {
  const page = await person(t, browser);
  const client = await listenForAnswer(t);
  await page.goto(await authorizationUrl(client.redirectUri));
  for (const path of ['/signin', '/consent']) {
    await page.goto(`${postern.issuer}${path}`);
    assert.ok(await page.locator('#signin-form').isVisible(), path);
  }
});
