import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { inflateRawSync } from 'node:zlib';
import { freePort, root } from './server.mjs';

const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Unpacks the function app as a deployment does: files with their modes, from the central directory. */
export function unpack(folder, zip = join(root, 'artifacts/postern.zip')) {
  if (!existsSync(zip))
    throw new Error('Postern is not packaged: run infra/package first');
  const bytes = readFileSync(zip);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  for (let at = bytes.readUInt32LE(end + 16), left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map(offset => bytes.readUInt16LE(at + offset));
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const local = bytes.readUInt32LE(at + 42);
    const data = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(data, data + bytes.readUInt32LE(at + 20));
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    const content = bytes.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
    writeFileSync(join(folder, name), content, { mode: (bytes.readUInt32LE(at + 38) >>> 16) & 0o777 });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return folder;
}

/**
 * Runs a function app of a custom handler as the Functions host on Linux does, as far as it was measured there: starts
 * the executable with its own environment and a port, asks GET / until anything answers, forwards requests by the routes
 * in function.json with its headers where the bindings are a request, a response and no other, answers preflights itself,
 * POSTs timers to /<FunctionName>, ends the handler by SIGKILL, starts it again when it dies, but not the third time, and
 * sends what has no body up to ten times.
 */
export class FunctionsHost {
  log = [];
  starts = 0;
  /** Requests sent to the handler, also those sent again. */
  sent = 0;

  static async start({ folder, settings, corsOrigins = [], port }) {
    const host = new FunctionsHost();
    Object.assign(host, { folder, settings, corsOrigins, port: port ?? (await freePort()) });
    host.issuer = `http://localhost:${host.port}`;
    host.configuration = JSON.parse(readFileSync(join(folder, 'host.json'), 'utf8'));
    host.functions = readdirSync(folder)
      .filter(name => existsSync(join(folder, name, 'function.json')))
      .map(name => ({ name, bindings: JSON.parse(readFileSync(join(folder, name, 'function.json'), 'utf8')).bindings }));
    host.server = createServer((incoming, outgoing) => host.forward(incoming, outgoing).catch(() => outgoing.destroy()));
    host.server.listen(host.port, '127.0.0.1');
    await once(host.server, 'listening');
    await host.startHandler();
    return host;
  }

  async startHandler() {
    this.handlerPort = await freePort();
    this.starts++;
    const executable = join(this.folder, this.configuration.customHandler.description.defaultExecutablePath);
    this.handler = spawn(executable, {
      cwd: this.folder,
      // The host's own environment comes along, its own address too.
      env: {
        ...this.settings,
        POSTERN_ISSUER: this.settings.POSTERN_ISSUER ?? this.issuer,
        ASPNETCORE_URLS: `http://127.0.0.1:${this.port}`,
        FUNCTIONS_CUSTOMHANDLER_PORT: `${this.handlerPort}`,
        FUNCTIONS_HTTPWORKER_PORT: `${this.handlerPort}`,
        FUNCTIONS_APP_ROOT_PATH: this.folder,
        WEBSITE_SITE_NAME: 'postern',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const handler = this.handler;
    for (const stream of [handler.stdout, handler.stderr])
      createInterface({ input: stream }).on('line', line => this.log.push(line));
    handler.exited = once(handler, 'exit');
    handler.exited.then(() => this.restart());
    await this.ready(handler);
  }

  restart() {
    if (this.stopping || this.starts === 3)
      return;
    this.restarted = this.startHandler();
    // Who awaits it is told; else it is the next request that finds nobody.
    this.restarted.catch(() => {});
  }

  async ready(handler) {
    for (let tries = 0; tries < 1200 && handler.exitCode === null && handler.signalCode === null; tries++) {
      try {
        await fetch(`http://127.0.0.1:${this.handlerPort}/`);
        return;
      } catch {
        await pause(25);
      }
    }
    throw new Error(`The handler did not answer:\n${this.log.join('\n')}`);
  }

  /** A timer is a POST to the function's name, chunked, with no secret. */
  timer(name) {
    const data = { timer: { Schedule: { AdjustForDST: true }, ScheduleStatus: null, IsPastDue: false } };
    return fetch(`http://127.0.0.1:${this.handlerPort}/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-azure-functions-invocationid': crypto.randomUUID() },
      body: new Blob([JSON.stringify({ Data: data, Metadata: { sys: { MethodName: name } } })]).stream(),
      duplex: 'half',
    });
  }

  /** SIGKILL, as the host does; waits until the next one answers. */
  async kill() {
    const killed = this.handler;
    killed.kill('SIGKILL');
    await killed.exited;
    await this.restarted;
  }

  async stop() {
    this.stopping = true;
    this.server.close();
    this.server.closeAllConnections();
    await this.restarted?.catch(() => {});
    this.handler.kill('SIGKILL');
    await this.handler.exited;
  }

  find({ method, url }) {
    const path = url.split('?')[0].replace(/^\/|\/$/g, '').toLowerCase();
    return this.functions.find(({ bindings }) => {
      const trigger = bindings.find(({ type }) => type === 'httpTrigger');
      if (!trigger?.methods.includes(method.toLowerCase()))
        return false;
      const pattern = trigger.route.replace(/[.+]/g, '\\$&').replace(/\{\*[^}]*\}/g, '.*').replace(/\{[^}]*\}/g, '[^/]+');
      return new RegExp(`^${pattern}$`, 'i').test(path);
    });
  }

  async forward(incoming, outgoing) {
    const origin = incoming.headers.origin;
    const allowed = this.corsOrigins.includes('*') || this.corsOrigins.includes(origin);
    if (incoming.method === 'OPTIONS' && origin && incoming.headers['access-control-request-method']) {
      if (allowed)
        outgoing.setHeaders(new Map([
          ['access-control-allow-origin', origin],
          ['access-control-allow-methods', incoming.headers['access-control-request-method']],
          ['access-control-allow-headers', incoming.headers['access-control-request-headers'] ?? ''],
        ]));
      return outgoing.writeHead(204).end();
    }
    const found = this.find(incoming);
    if (!found)
      return outgoing.writeHead(404).end();
    // With any other bindings it is not a request that the handler gets but an envelope, as for a timer.
    if (found.bindings.map(({ type, direction }) => `${type} ${direction}`).sort().join() !== 'http out,httpTrigger in')
      return outgoing.writeHead(500).end();
    const body = [];
    for await (const chunk of incoming)
      body.push(chunk);
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.send(incoming, Buffer.concat(body), outgoing, allowed && origin);
      } catch (failure) {
        // What has no body is sent again, also if it was what ended the handler.
        if (attempt === 9 || body.length > 0)
          return outgoing.writeHead(500).end();
        await pause(Math.min(50 * 2 ** attempt, 250));
      }
    }
  }

  send(incoming, body, outgoing, allowedOrigin) {
    const headers = {
      ...incoming.headers,
      host: `127.0.0.1:${this.handlerPort}`,
      'x-forwarded-host': incoming.headers.host,
      'x-forwarded-proto': 'http',
      'x-forwarded-for': incoming.socket.remoteAddress,
      'x-azure-functions-invocationid': crypto.randomUUID(),
      'x-ms-invocation-id': crypto.randomUUID(),
    };
    const { method, url: path } = incoming;
    this.sent++;
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port: this.handlerPort, method, path, headers, agent: false }, response => {
        const raw = response.rawHeaders.flatMap((name, i, all) => (i % 2 ? [] : [[name, all[i + 1]]]));
        const dropped = ['connection', 'keep-alive', 'transfer-encoding', ...(allowedOrigin ? ['access-control-allow-origin'] : [])];
        const kept = raw.filter(([name]) => !dropped.includes(name.toLowerCase()));
        if (allowedOrigin)
          kept.push(['Access-Control-Allow-Origin', allowedOrigin]);
        outgoing.writeHead(response.statusCode, [...kept, ['Server', 'Kestrel']].flat());
        response.pipe(outgoing);
        response.on('error', reject);
        outgoing.on('finish', resolve);
      });
      request.on('error', reject);
      if (body.length > 0)
        request.write(body);
      request.end();
    });
  }
}
