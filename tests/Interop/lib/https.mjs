import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { freePort, sibling, startPostern } from './server.mjs';

const run = promisify(execFile);

async function makeCertificate(folder) {
  const [key, cert] = ['key.pem', 'cert.pem'].map(name => join(folder, name));
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await run('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']);
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

// For every TLS connection of this process, whichever library makes it: NODE_EXTRA_CA_CERTS is read at the start only.
function trust(certificate) {
  const create = tls.createSecureContext;
  tls.createSecureContext = options => {
    const made = create(options);
    made.context.addCACert(certificate);
    return made;
  };
}

/** Ends TLS in front of a server, as whatever stands in front of Postern does. */
async function listenForTls(port, certificate) {
  const front = tls.createServer(certificate, outside => {
    const inside = connect(port, '127.0.0.1');
    for (const socket of [inside, outside])
      socket.on('error', () => [inside, outside].forEach(one => one.destroy()));
    outside.pipe(inside).pipe(outside);
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  return front;
}

async function startServer(port, settings) {
  const environment = { ...process.env, ...settings, POSTERN_LISTEN: `http://127.0.0.1:${port}` };
  const child = spawn('dotnet', [sibling('Server', 'postern-server.dll')], { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', chunk => (said += chunk));
  for (let tries = 0; tries < 600 && child.exitCode === null; tries++) {
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (ready?.ok)
      return child;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  child.kill('SIGKILL');
  throw new Error(`Postern did not start: ${said}`);
}

/**
 * Postern behind https, as deployed, on the tables, keys and people of a local one: most libraries insist on https, and an
 * example in which that is turned off would not be the documented one. Clients are registered as an operator does.
 */
export async function sharedHttpsPostern() {
  const folder = mkdtempSync(join(tmpdir(), 'postern-'));
  const local = await startPostern({ folder, vault: 'wrap' });
  const certificate = await makeCertificate(folder);
  trust(certificate.cert);
  const port = await freePort();
  const front = await listenForTls(port, certificate);
  const issuer = `https://localhost:${front.address().port}`;
  const server = await startServer(port, { ...local.settings, POSTERN_ISSUER: issuer });
  after(async () => {
    front.close();
    server.kill();
    await Promise.all([once(server, 'exit'), local.stop()]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  const operate = (...args) => local.operate(...args);
  return { issuer, user: local.user, operate, addClient: (id, ...options) => local.addClient(id, ...options) };
}
