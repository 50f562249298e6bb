// The two servers, each a process of its own on the first core. Tables, vault and load are on the last one.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, root } from '../Interop/lib/server.mjs';

const clientId = 'demo-web';
const patience = 30_000;
const ticksPerSecond = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout);

/** A server under measurement. */
class Subject {
  constructor(child, origin, clientSecret, person) {
    Object.assign(this, { child, issuer: origin, user: person });
    this.basic = `Basic ${btoa(`${clientId}:${clientSecret}`)}`;
  }

  /** Microseconds of CPU since its start, in user and in kernel mode (proc_pid_stat(5), fields 14 and 15). */
  cpu() {
    const fields = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ').pop().split(' ');
    return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6;
  }

  async stop() {
    const exited = once(this.child, 'exit');
    this.child.kill();
    await exited;
  }

  async ready() {
    const deadline = performance.now() + patience;
    while (performance.now() < deadline && this.child.exitCode === null) {
      const answer = await fetch(`${this.issuer}/.well-known/openid-configuration`).catch(() => null);
      if (answer?.ok) {
        this.metadata = await answer.json();
        return this;
      }
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error(`${this.child.spawnargs.join(' ')} did not start`);
  }
}

function start(command, environment, { origin, secret, person }) {
  const { PATH, HOME } = process.env;
  const child = spawn('taskset', ['-c', '0', ...command], {
    cwd: root,
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Subject(child, origin, secret, person).ready();
}

/** What infra/package made: an executable, or a library for dotnet. */
function packaged() {
  const server = join(root, 'artifacts/app/postern-server');
  return existsSync(`${server}.dll`) ? ['dotnet', `${server}.dll`] : [server];
}

/** The packaged server over the tables and the vault of a local one, which does nothing else meanwhile. */
export async function startPostern(local) {
  const origin = `http://localhost:${await freePort()}`;
  const { client_secret: secret } = local.client(clientId);
  const wanted = ['--alg', 'ES256', '--rotate-refresh-tokens', 'on', '--no-consent'];
  const { status, stderr } = spawnSync(
    'dotnet',
    [join(root, 'artifacts/bin/Cli/release/postern.dll'), 'client', 'set', clientId, ...wanted, '--storage', local.storage],
    { encoding: 'utf8' },
  );
  if (status !== 0)
    throw new Error(stderr);
  const environment = { ...local.settings, POSTERN_ISSUER: origin, POSTERN_LISTEN: origin };
  return start(packaged(), environment, { origin, secret, person: local.user });
}

/** oidc-provider, over the same tables or in memory. */
export async function startPeer(storage) {
  const port = await freePort();
  const environment = { NODE_ENV: 'production', PORT: `${port}`, CLIENT_SECRET: 'a-secret-of-the-bench', ...(storage && { STORAGE: storage }) };
  const peer = new URL('peer.mjs', import.meta.url).pathname;
  return start(['node', peer], environment, { origin: `http://localhost:${port}`, secret: environment.CLIENT_SECRET, person: {} });
}
