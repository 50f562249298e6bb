import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

export const root = new URL('../../../', import.meta.url).pathname;

const patience = 60_000;

/** The built local server: Release as ./test and ./run build it, else Debug. */
export function builtServer() {
  const built = ['release', 'debug'].map(name => join(root, 'artifacts/bin/Local', name, 'Postern.Local.dll')).find(existsSync);
  if (!built)
    throw new Error('Postern is not built: run dotnet build src/Local -c Release first');
  return built;
}

/** A file of another project that was built with it. */
export const sibling = (project, file) => builtServer().replace('/Local/', `/${project}/`).replace('Postern.Local.dll', file);

/** Below those that the system gives to connections, of which one could take it before the server does. */
export async function freePort() {
  for (let tried = 0; tried < 100; tried++) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const listener = createServer().listen(port, '127.0.0.1');
    const free = await Promise.race([once(listener, 'listening').then(() => true), once(listener, 'error').then(() => false, () => false)]);
    if (!free)
      continue;
    listener.close();
    await once(listener, 'close');
    return port;
  }
  throw new Error('no port is free');
}

/** A folder for one server's keys, secrets and tables, gone after the test. */
export function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'postern-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/**
 * Starts Postern on a port of its own and waits for the line that says it is ready. Nothing is shared with another
 * server unless the same folder is given to both.
 */
export async function startPostern({ folder, port, azurite = false, vault }) {
  const chosen = port ?? (await freePort());
  const started = performance.now();
  const options = [...(azurite ? ['--azurite'] : []), ...(vault ? ['--vault', vault] : [])];
  const child = spawn('dotnet', [builtServer(), '--port', `${chosen}`, '--folder', folder, '--json', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = [];
  createInterface({ input: child.stderr }).on('line', line => log.push(line));
  const exited = once(child, 'exit');
  const announced = once(createInterface({ input: child.stdout }), 'line');
  const deadline = new Promise((_, reject) => setTimeout(() => reject(new Error('not ready in time')), patience).unref());
  try {
    const [line] = await Promise.race([announced, deadline, exited.then(([code]) => Promise.reject(new Error(`ended with ${code}`)))]);
    return new Postern(child, chosen, JSON.parse(line), log, exited, performance.now() - started);
  } catch (failure) {
    child.kill('SIGKILL');
    throw new Error(`Postern did not start: ${failure.message}\n${log.join('\n')}`);
  }
}

/** A running server and what it said of itself. */
class Postern {
  constructor(child, port, announced, log, exited, milliseconds) {
    Object.assign(this, { child, port, log, exited, milliseconds }, announced);
  }

  get pid() {
    return this.child.pid;
  }

  get storage() {
    return this.settings.POSTERN_STORAGE;
  }

  get user() {
    return this.users[0];
  }

  client(id) {
    return this.clients.find(client => client.client_id === id);
  }

  /** Registers a client as an operator does, and returns what is shown of it. */
  async addClient(id, ...options) {
    return this.operate('client', 'add', id, ...options);
  }

  /** Runs a command of the operator's. */
  async operate(...args) {
    const command = [sibling('Cli', 'postern.dll'), ...args, '--storage', this.storage, '--json'];
    const { stdout } = await promisify(execFile)('dotnet', command);
    return JSON.parse(stdout);
  }

  async stop(signal = 'SIGTERM') {
    if (this.child.exitCode === null && this.child.signalCode === null)
      this.child.kill(signal);
    await this.exited;
  }
}

/** One server for all tests of a file, there before the first of them. */
export async function sharedPostern() {
  const folder = mkdtempSync(join(tmpdir(), 'postern-'));
  const server = await startPostern({ folder });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  return server;
}
