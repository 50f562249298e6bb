import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after } from 'node:test';
import { chromium } from 'playwright-core';
import { root } from './server.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = join(root, 'artifacts/screenshots');
mkdirSync(pictures, { recursive: true });

/** Debian's Chromium, asked not to talk to anybody. */
export async function sharedChromium() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  after(() => browser.close());
  return browser;
}

/**
 * A person with a browser profile of their own. What the console complains about (a policy that was violated, a script
 * that threw, a file that was missing) fails the test at its end, unless `expected` knows it.
 */
export async function person(t, browser, options = {}, expected = () => false) {
  const context = await browser.newContext({ viewport: { width: 800, height: 900 }, ...options });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const complaints = [];
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type()) && !expected(message))
      complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', error => complaints.push(`${error}`));
  t.after(async () => {
    await context.close();
    assert.deepEqual(complaints, []);
  });
  return page;
}

/** A form that is refused has a status of its own, which Chromium reports. */
export const refusedSignIn = message => /status of 400/.test(message.text()) && message.location().url.endsWith('/signin');

/** Keeps a picture of the page and finds nothing on it that keeps anybody out (WCAG 2.2 A and AA, and good practice). */
export async function look(page, name) {
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  await page.evaluate(axe);
  // Preloading fetches the style sheets anew, which the pages' own policy forbids.
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run({ preload: false }));
  assert.ok(passes.length > 5, `axe looked at ${name}`);
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(node => node.html).join(', ')})`);
  assert.deepEqual(found, [], `${name} keeps somebody out`);
}

export const noSideways = page => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
