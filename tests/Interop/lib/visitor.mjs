import { once } from 'node:events';
import { UserAgent } from './user-agent.mjs';

/**
 * Somebody with a browser without a screen who opens an app, is sent to Postern, signs in, agrees, and is sent back. The jar
 * of cookies is one, as it is in browsers for all ports of a host.
 */
export async function visit(postern, start) {
  const agent = new UserAgent(postern);
  let url = new URL(start);
  for (let hops = 0; hops < 20; hops++) {
    if (url.origin === new URL(postern.issuer).origin) {
      const sent = await agent.authorize(url);
      if (!sent)
        throw new Error(`the way ended at Postern: ${agent.status} ${agent.page}`);
      url = sent;
      continue;
    }
    const response = await fetch(url, { redirect: 'manual', headers: { cookie: agent.cookieHeader() } });
    agent.keep(response.headers.getSetCookie());
    const location = response.headers.get('location');
    if (!location)
      return { status: response.status, body: await response.text(), url };
    url = new URL(location, url);
  }
  throw new Error(`led in circles, at last to ${url}`);
}

/** An Express app on a port of its own, whose address is known before its routes are. */
export async function listen(t, app) {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => new Promise(resolve => (server.closeAllConnections(), server.close(resolve))));
  return `http://localhost:${server.address().port}`;
}
