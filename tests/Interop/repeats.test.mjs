// Requests that a real browser repeats, and tabs side by side: nobody with the right password ends on a page that leads nowhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { person, sharedChromium } from './lib/browser.mjs';
import { sharedPostern } from './lib/server.mjs';
import { authorizationUrlOf, listenForAnswer } from './lib/user-agent.mjs';

const postern = await sharedPostern();
const browser = await sharedChromium();

/** A request of the demo's web client, whose consent is remembered. */
const authorizationUrl = (redirect_uri, parameters = {}) => authorizationUrlOf(postern, redirect_uri, { client_id: 'demo-web', ...parameters });

async function fill(page) {
  await page.fill('#login', postern.user.login);
  await page.fill('#password', postern.user.password);
}

/** Looks again and again, for a navigation that the second click breaks off is no failure. */
async function until(page, look) {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (await look().catch(() => false))
      return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`it ends at ${page.url()}`);
}

const isAtTheApp = page => /callback\?code=/.test(page.url());
const arrived = page => until(page, async () => isAtTheApp(page));

/** Whether consent is asked for: it is remembered from the first test on. */
async function consentIsAsked(page) {
  await until(page, async () => isAtTheApp(page) || (await page.locator('#consent-allow').isVisible()));
  return !isAtTheApp(page);
}

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
