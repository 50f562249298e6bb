import { createServer } from 'node:http';
import { once } from 'node:events';
import * as openid from 'openid-client';

const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x27;': "'", '&#39;': "'", '&#x2B;': '+' };
const decode = text => text.replace(/&(?:amp|lt|gt|quot|#x27|#39|#x2B);/gi, entity => entities[entity] ?? entities[entity.replace('b', 'B')]);
const attribute = (tag, name) => {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(tag);
  return found && decode(found[1]);
};

/**
 * A browser without a screen: keeps cookies, follows redirects while they stay at the issuer, and submits the form on
 * the page with what is hidden in it. Where it is sent to a client it stops, and tells where to.
 */
export class UserAgent {
  cookies = new Map();
  headers = {};
  page = null;
  status = 0;

  constructor(server) {
    this.server = server;
  }

  /** Where the client was sent its answer; null while a page is shown. */
  async open(url, fields) {
    let request = fields ? { method: 'POST', body: new URLSearchParams(fields) } : {};
    for (let hops = 0; hops < 10; hops++) {
      const response = await fetch(url, { ...request, redirect: 'manual', headers: { ...this.headers, cookie: this.cookieHeader() } });
      this.keep(response.headers.getSetCookie());
      const location = response.headers.get('location');
      if (!location) {
        [this.page, this.status] = [await response.text(), response.status];
        return null;
      }
      url = new URL(location, url);
      if (url.origin !== new URL(this.server.issuer).origin)
        return url;
      request = {};
    }
    throw new Error('too many redirects');
  }

  submit(fields) {
    const form = /<form[^>]*>/.exec(this.page)?.[0];
    if (!form)
      throw new Error(`no form on this page: ${this.page}`);
    return this.open(new URL(attribute(form, 'action'), this.server.issuer), { ...this.hidden(), ...fields });
  }

  hidden() {
    const inputs = this.page.match(/<input[^>]*type="hidden"[^>]*>/g) ?? [];
    return Object.fromEntries(inputs.map(input => [attribute(input, 'name'), attribute(input, 'value')]));
  }

  shows(id) {
    return this.page?.includes(`id="${id}"`) ?? false;
  }

  /** Signs in and consents where it is asked to: the way of somebody who agrees to everything. */
  async authorize(url) {
    let sent = await this.open(url);
    if (!sent && this.shows('signin-form'))
      sent = await this.submit({ login: this.server.user.login, password: this.server.user.password });
    if (!sent && this.shows('consent-allow'))
      sent = await this.submit({ decision: 'allow' });
    return sent;
  }

  cookieHeader() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  keep(set) {
    for (const cookie of set) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      if (value)
        this.cookies.set(name, value);
      else
        this.cookies.delete(name);
    }
  }
}

/** A client's redirect URI on a free loopback port. The first request to it is the answer. */
export async function listenForAnswer(t) {
  let deliver;
  const answer = new Promise((resolve, reject) => {
    deliver = resolve;
    setTimeout(() => reject(new Error('the client was not answered')), 60_000).unref();
  });
  answer.catch(() => {}); // For those who never ask.
  const listener = createServer(async (request, response) => {
    const chunks = await request.toArray();
    response.setHeader('content-type', 'text/html').end('<!DOCTYPE html><html lang="en"><title>Done</title><link rel="icon" href="data:,"></html>');
    if (request.url.startsWith('/callback'))
      deliver({ method: request.method, url: new URL(request.url, redirectUri), body: Buffer.concat(chunks).toString() });
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const redirectUri = `http://127.0.0.1:${listener.address().port}/callback`;
  t.after(() => new Promise(resolve => (listener.closeAllConnections(), listener.close(resolve))));
  return { redirectUri, answer };
}

/** A client's authorization request with PKCE, and what is given of it changed. */
export async function authorizationUrlOf(postern, redirect_uri, parameters) {
  const url = new URL(`${postern.issuer}/authorize`);
  url.search = new URLSearchParams({
    response_type: 'code',
    redirect_uri,
    scope: 'openid profile',
    state: 'the-state',
    code_challenge: await openid.calculatePKCECodeChallenge(openid.randomPKCECodeVerifier()),
    code_challenge_method: 'S256',
    ...parameters,
  });
  return url.href;
}
