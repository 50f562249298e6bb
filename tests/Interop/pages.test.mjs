import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { look, noSideways, person, refusedSignIn, sharedChromium } from './lib/browser.mjs';
import { root, sharedPostern } from './lib/server.mjs';
import { authorizationUrlOf, listenForAnswer } from './lib/user-agent.mjs';

const postern = await sharedPostern();
const browser = await sharedChromium();

async function signIn(page, password = postern.user.password) {
  await page.fill('#login', postern.user.login);
  await page.fill('#password', password);
  await page.click('#signin');
}

/** The demo app's own request with something changed; the answer goes to the given redirect URI. */
const authorizationUrl = (redirect_uri, parameters = {}) => authorizationUrlOf(postern, redirect_uri, { client_id: 'demo-app', ...parameters });

/** What a device gets that asks for access. */
async function startDevice() {
  const body = new URLSearchParams({ client_id: 'demo-device', scope: 'openid profile email api:read' });
  const started = await fetch(`${postern.issuer}/device_authorization`, { method: 'POST', body });
  return started.json();
}

/** Wrong codes have a status of their own, as refused sign-ins do. */
const refusedCode = message => /status of (400|429)/.test(message.text()) && /\/device(\?|$)/.test(message.location().url);

/** The demo app's own request, with consent asked for again: another test may have given it. */
async function openDemo(page, prompt = 'consent') {
  await page.goto(`${postern.app}/login`);
  const url = new URL(page.url());
  url.searchParams.set('prompt', prompt);
  await page.goto(url.href);
}

test('a newcomer opens the printed link, mistypes, signs in, allows and sees the tokens', async t => {
  const page = await person(t, browser, {}, refusedSignIn);
  await page.goto(postern.app);
  await look(page, 'demo');
  await page.goto(`${postern.app}/login`);
  await page.waitForSelector('#signin-form');
  await look(page, 'sign-in');

  await signIn(page, 'not the password');
  await page.waitForSelector('#signin-error');
  assert.equal(await page.inputValue('#login'), postern.user.login, 'the login name stays');
  assert.equal(await page.inputValue('#password'), '', 'the password does not');
  await look(page, 'sign-in-refused');

  await signIn(page);
  await page.waitForSelector('#consent-form');
  assert.match(await page.textContent('#redirect-host'), /^127\.0\.0\.1:\d+$/);
  await look(page, 'consent');

  await page.click('#consent-allow');
  await page.waitForSelector('#id-token');
  assert.ok(page.url().startsWith(postern.app));
  assert.equal(JSON.parse(await page.textContent('#id-token')).aud, 'demo-app');
  assert.equal(JSON.parse(await page.textContent('#userinfo')).email, 'alice@example.com');
  assert.equal(JSON.parse(await page.textContent('#token-response')).token_type, 'Bearer');
  await look(page, 'tokens');

  await page.reload();
  await page.waitForSelector('#message');
  await look(page, 'tokens-reloaded');
});

test('somebody who denies returns to the app, which is told', async t => {
  const page = await person(t, browser);
  const client = await listenForAnswer(t);
  await page.goto(await authorizationUrl(client.redirectUri, { prompt: 'consent' }));
  await signIn(page);
  await page.click('#consent-deny');
  const { error, state, iss } = Object.fromEntries((await client.answer).url.searchParams);
  assert.deepEqual([error, state, iss], ['access_denied', 'the-state', postern.issuer]);
});

test('the demo app says so when it was denied', async t => {
  const page = await person(t, browser);
  await openDemo(page);
  await signIn(page);
  await page.click('#consent-deny');
  await page.waitForSelector('#message');
  assert.match(await page.textContent('#message'), /access_denied/);
  await look(page, 'denied');
});

test('a second login asks for no password, an account can be chosen, and signing out ends it', async t => {
  const page = await person(t, browser);
  const client = await listenForAnswer(t);
  // A confidential client: one on this device that cannot prove who it is has consent asked for every time.
  const url = await authorizationUrl(client.redirectUri, { client_id: 'demo-web' });
  const choose = `${url}&prompt=select_account`;
  await page.goto(url);
  await signIn(page);
  await page.click('#consent-allow');
  await page.waitForURL(/callback\?code=/);

  await page.goto(url);
  assert.match(page.url(), /callback\?code=/, 'straight back');

  await page.goto(choose);
  await look(page, 'select-account');
  await page.click('#account-other');
  await page.waitForSelector('#signin-form');
  await page.goto(choose);
  await page.click('#account-continue');
  await page.waitForURL(/callback\?code=/);

  await page.goto(`${postern.issuer}/signout`);
  await look(page, 'sign-out');
  await page.click('#signout');
  await page.waitForSelector('h1:has-text("signed out")');
  await look(page, 'signed-out');
  await page.goto(url);
  await page.waitForSelector('#signin-form');
});

test('an app signs out: the person is asked or not, other apps are told in frames, and all come back', async t => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await person(t, browser, { javaScriptEnabled });
    const client = await listenForAnswer(t);
    const { origin } = new URL(client.redirectUri);
    const id = `framed-${javaScriptEnabled}`;
    const addresses = ['--redirect-uri', client.redirectUri, '--post-logout-redirect-uri', `${origin}/bye`];
    await postern.addClient(id, ...addresses, '--frontchannel-logout-uri', `${origin}/frontchannel`, '--no-consent');
    await page.goto(await authorizationUrl(client.redirectUri, { client_id: id }));
    await signIn(page);
    await page.waitForURL(/callback\?code=/);

    const leave = `${postern.issuer}/signout?${new URLSearchParams({ client_id: id, post_logout_redirect_uri: `${origin}/bye`, state: 'x' })}`;
    await page.goto(leave);
    assert.match(await page.textContent('.lead'), /asks to sign you out.*Alice Example/s);
    if (javaScriptEnabled)
      await look(page, 'sign-out-for-an-app');
    const framed = page.waitForRequest(request => request.url().startsWith(`${origin}/frontchannel?iss=`));
    await page.click('#signout');
    assert.match((await framed).url(), /&sid=[\w-]{22}$/);
    if (!javaScriptEnabled)
      await page.click('#continue');
    await page.waitForURL(`${origin}/bye?state=x`);

    await page.goto(leave);
    if (javaScriptEnabled)
      await look(page, 'signed-out-return');
    await page.click('#continue');
    await page.waitForURL(`${origin}/bye?state=x`);
  }
});

test('who is asked may stay', async t => {
  const page = await person(t, browser);
  await openDemo(page);
  await signIn(page);
  await page.goto(`${postern.issuer}/signout`);
  await page.click('#stay');
  await page.waitForSelector('h1:has-text("still signed in")');
  await look(page, 'still-signed-in');
});

test('a public client on this device has consent asked for each time, even if it was given before', async t => {
  const page = await person(t, browser);
  const client = await listenForAnswer(t);
  const url = await authorizationUrl(client.redirectUri);
  await page.goto(url);
  await signIn(page);
  await page.click('#consent-allow');
  await page.waitForURL(/callback\?code=/);
  await page.goto(url);
  await page.waitForSelector('#consent-form');
});

test('form_post returns by itself, and by a button where there is no script', async t => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await person(t, browser, { javaScriptEnabled });
    const client = await listenForAnswer(t);
    await page.goto(await authorizationUrl(client.redirectUri, { response_mode: 'form_post', prompt: 'consent' }));
    await signIn(page);
    await page.click('#consent-allow');
    if (!javaScriptEnabled) {
      await page.waitForSelector('#form-post');
      await page.screenshot({ path: join(root, 'artifacts/screenshots/form-post-without-script.png') });
      await page.click('#form-post button');
    }
    const { method, url, body } = await client.answer;
    assert.equal(method, 'POST');
    assert.equal(url.search, '', 'the code is in no URL');
    const sent = new URLSearchParams(body);
    assert.deepEqual([sent.get('state'), sent.get('iss')], ['the-state', postern.issuer]);
    assert.ok(sent.get('code'));
  }
});

test('a request that another site posts finds who is signed in, also where it is too long for a URL', async t => {
  const page = await person(t, browser);
  const client = await listenForAnswer(t);
  const request = { client_id: 'demo-web', prompt: 'consent' };
  await page.goto(await authorizationUrl(client.redirectUri, request));
  await signIn(page);
  await page.click('#consent-allow');
  await page.waitForURL(/callback\?code=/);
  for (const unknown of ['short', 'long'.repeat(2000)]) {
    const url = new URL(await authorizationUrl(client.redirectUri, { ...request, prompt: 'none', unknown }));
    const inputs = [...url.searchParams].map(([name, value]) => `<input name="${name}" value="${value}">`).join('');
    const body = `<form method="post" action="${postern.issuer}/authorize">${inputs}<button>Sign in</button></form>`;
    await page.route('http://shop.example/', route => route.fulfill({ contentType: 'text/html', body }));
    await page.goto('http://shop.example/');
    await page.click('button');
    await page.waitForURL(/callback\?code=/);
  }
});

test('everything works without JavaScript', async t => {
  const page = await person(t, browser, { javaScriptEnabled: false });
  await openDemo(page);
  await signIn(page);
  await page.click('#consent-allow');
  await page.waitForSelector('#id-token');
});

test('everything works by the keyboard, and shows where the focus is', async t => {
  const page = await person(t, browser);
  await openDemo(page);
  const focused = () => page.evaluate(() => document.activeElement.id);
  const outlined = () => page.evaluate(() => {
    const { outlineStyle, boxShadow } = getComputedStyle(document.activeElement);
    return outlineStyle !== 'none' || boxShadow !== 'none';
  });
  await page.waitForFunction(() => document.activeElement.id === 'login');
  await page.keyboard.type(postern.user.login);
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'password');
  assert.ok(await outlined());
  await page.keyboard.type(postern.user.password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#consent-form');
  for (let presses = 0; presses < 10 && (await focused()) !== 'consent-allow'; presses++)
    await page.keyboard.press('Tab');
  assert.equal(await focused(), 'consent-allow');
  assert.ok(await outlined());
  await page.keyboard.press('Enter');
  await page.waitForSelector('#id-token');
});

test('a device is connected by its code, typed or by its link, also without JavaScript', async t => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await person(t, browser, { javaScriptEnabled }, refusedCode);
    const [typed, linked] = [await startDevice(), await startDevice()];
    await page.goto(typed.verification_uri);
    await signIn(page);
    await page.fill('#user-code', typed.user_code.toLowerCase().replace('-', ''));
    await page.click('#device-continue');
    await page.click('#device-allow');
    await page.waitForSelector('h1:has-text("is connected")');

    await page.goto(linked.verification_uri_complete);
    assert.equal(await page.inputValue('#user-code'), linked.user_code);
    await page.click('#device-continue');
    await page.click('#device-deny');
    await page.waitForSelector('h1:has-text("Nothing was connected")');
  }
});

test('a device is connected by the keyboard alone', async t => {
  const page = await person(t, browser);
  const device = await startDevice();
  const focused = () => page.evaluate(() => document.activeElement.id);
  await page.goto(device.verification_uri);
  await page.waitForFunction(() => document.activeElement.id === 'login');
  await page.keyboard.type(postern.user.login);
  await page.keyboard.press('Tab');
  await page.keyboard.type(postern.user.password);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.id === 'user-code');
  await page.keyboard.type(device.user_code);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#device-consent-form');
  for (let presses = 0; presses < 10 && (await focused()) !== 'device-allow'; presses++)
    await page.keyboard.press('Tab');
  assert.equal(await focused(), 'device-allow');
  await page.keyboard.press('Enter');
  await page.waitForSelector('h1:has-text("is connected")');
});

/** What the demo web app asks its person. */
async function askOnBackChannel(binding_message) {
  const { client_secret } = postern.client('demo-web');
  const body = new URLSearchParams({
    client_id: 'demo-web', client_secret, scope: 'openid profile email api:read', login_hint: postern.user.login, binding_message,
  });
  const asked = await fetch(`${postern.issuer}/bc-authorize`, { method: 'POST', body });
  assert.equal(asked.status, 200);
}

test('what apps ask is answered on a page, by the keyboard and without JavaScript', async t => {
  const page = await person(t, browser, { javaScriptEnabled: false });
  await page.goto(`${postern.issuer}/approvals`);
  await signIn(page);
  await askOnBackChannel('W4SCT');
  await page.reload();
  await page.focus('#allow-1');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#answered');
  assert.match(await page.textContent('#answered'), /denied/);
});

for (const [name, options] of Object.entries({
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  narrow: { viewport: { width: 320, height: 640 } },
}))
  test(`the approvals page is readable in a ${name} window`, async t => {
    const page = await person(t, browser, options);
    await askOnBackChannel('Pay 25.00 to Example Ltd');
    await askOnBackChannel('K7-QX');
    await page.goto(`${postern.issuer}/approvals`);
    await signIn(page);
    await page.waitForSelector('#approval-2');
    await look(page, `approvals-${name}`);
    assert.ok(await noSideways(page));
    for (const answered of [1, 2]) {
      await page.click('#allow-1');
      await page.waitForSelector('#answered');
      await look(page, `approvals-answered-${answered}-${name}`);
    }
  });

for (const [name, options] of Object.entries({
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  narrow: { viewport: { width: 320, height: 640 } },
}))
  test(`every page for devices is readable in a ${name} window`, async t => {
    const page = await person(t, browser, options, refusedCode);
    const check = async step => {
      await look(page, `${step}-${name}`);
      assert.ok(await noSideways(page), `${step} scrolls sideways`);
    };
    const [allowed, denied] = [await startDevice(), await startDevice()];
    await page.goto(allowed.verification_uri_complete);
    await check('device-sign-in');
    await signIn(page);
    await page.waitForSelector('#device-form');
    await check('device-link');
    await page.goto(allowed.verification_uri);
    await check('device');
    await page.fill('#user-code', 'BCDF-GHJK');
    await page.click('#device-continue');
    await page.waitForSelector('#device-error');
    await check('device-wrong');
    for (const [device, answer, told] of [[allowed, 'allow', 'is connected'], [denied, 'deny', 'Nothing']]) {
      await page.goto(device.verification_uri_complete);
      await page.click('#device-continue');
      await page.waitForSelector('#device-consent-form');
      await check('device-consent');
      await page.click(`#device-${answer}`);
      await page.waitForSelector(`h1:has-text("${told}")`);
      await check(`device-${answer}`);
    }
  });

for (const [name, options] of Object.entries({
  dark: { colorScheme: 'dark' },
  narrow: { viewport: { width: 320, height: 640 } },
}))
  test(`every page is readable in a ${name} window`, async t => {
    const page = await person(t, browser, options, refusedSignIn);
    const check = async step => {
      await look(page, `${step}-${name}`);
      assert.ok(await noSideways(page), `${step} scrolls sideways`);
      if (options.colorScheme === 'dark')
        assert.match(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), /^rgb\((\d|[1-5]\d), /);
    };
    await page.goto(postern.app);
    await check('demo');
    await openDemo(page);
    await check('sign-in');
    await signIn(page, 'wrong');
    await page.waitForSelector('#signin-error');
    await check('sign-in-refused');
    await signIn(page);
    await page.waitForSelector('#consent-form');
    await check('consent');
    await page.click('#consent-allow');
    await page.waitForSelector('#id-token');
    await check('tokens');
    await page.goto(await authorizationUrl(`${postern.app}/callback`, { prompt: 'select_account' }));
    await check('select-account');
    await page.goto(`${postern.issuer}/signout`);
    await check('sign-out');
    const leave = `${postern.issuer}/signout?client_id=demo-web&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fsigned-out`;
    await page.goto(leave);
    await check('sign-out-for-an-app');
    await page.context().clearCookies();
    await page.goto(leave);
    await check('signed-out-return');
  });

test('an unanswerable request is a page with a reference, which the log has too', async t => {
  const page = await person(t, browser, {}, message => /status of 400/.test(message.text()));
  await page.goto(await authorizationUrl('https://attacker.example/callback'));
  await look(page, 'error');
  const reference = await page.textContent('.reference code');
  assert.ok(postern.log.some(line => line.includes(reference)));
});

test('the pages for the README are taken at twice the size, light', async t => {
  const folder = process.env.UPDATE_SCREENSHOTS === '1' ? join(root, 'infra/screenshots') : join(root, 'artifacts/screenshots/readme');
  mkdirSync(folder, { recursive: true });
  const page = await person(t, browser, { viewport: { width: 560, height: 800 }, deviceScaleFactor: 2, colorScheme: 'light' });
  await openDemo(page);
  await page.screenshot({ path: join(folder, 'sign-in.png') });
  await signIn(page);
  await page.waitForSelector('#consent-form');
  // The port is another one each time.
  await page.evaluate(() => (document.querySelector('#redirect-host').textContent = '127.0.0.1:49152'));
  await page.screenshot({ path: join(folder, 'consent.png') });
});
