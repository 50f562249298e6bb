// node tests/Interop/benchmarks/start.mjs [ROUNDS]: from exec to the first 200 on discovery and to the first token, of the
// packaged executable, of `dotnet run`, and of a bare ASP.NET Core hello published the same way. In turns, in one run, for
// only ratios mean something on another machine. Needs ./test or infra/package to have been run before.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpack } from '../lib/functions-host.mjs';
import { freePort, root, startPostern } from '../lib/server.mjs';

const rounds = Number(process.argv[2] ?? 15);
const folder = mkdtempSync(join(tmpdir(), 'postern-start-'));
const published = [
  '--configuration', 'Release', '--runtime', 'linux-x64', '--self-contained',
  '-p:PublishReadyToRun=true', '-p:PublishTrimmed=true', '-p:PublishSingleFile=true',
];

function publishHello() {
  // Away from this repository's build settings.
  copyFileSync(new URL('hello.cs', import.meta.url), join(folder, 'hello.cs'));
  const args = ['publish', 'hello.cs', ...published, '--output', 'hello', '--nologo', '--verbosity', 'quiet'];
  const { status, stdout, stderr } = spawnSync('dotnet', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(stdout + stderr);
  return join(folder, 'hello/hello');
}

/** Milliseconds from exec until `request` is answered with 200. */
async function untilFirst(command, env, port, request) {
  const started = performance.now();
  const { PATH, HOME } = process.env;
  const child = spawn(command[0], command.slice(1), { cwd: root, env: { PATH, HOME, ...env }, stdio: 'ignore', detached: true });
  const exited = once(child, 'exit');
  try {
    while (performance.now() - started < 60_000) {
      const ok = await request(`http://127.0.0.1:${port}`).then(response => response.arrayBuffer().then(() => response.status === 200), () => false);
      if (ok)
        return performance.now() - started;
      await new Promise(resolve => setTimeout(resolve, 1));
    }
    throw new Error(`${command.join(' ')} did not answer`);
  } finally {
    // dotnet run has a child of its own: the whole group.
    process.kill(-child.pid, 'SIGKILL');
    await exited;
  }
}

const median = values => values.toSorted((a, b) => a - b)[values.length >> 1];

const server = join(unpack(join(folder, 'app')), 'postern-server');
const hello = publishHello();
const local = {
  vault: await startPostern({ folder: join(folder, 'vault'), vault: 'sign' }),
  wrapped: await startPostern({ folder: join(folder, 'wrapped'), vault: 'wrap' }),
};
function postern(command, signing) {
  const issuer = local[signing];
  const { client_id, client_secret } = issuer.client('demo-web');
  const authorization = `Basic ${btoa(`${client_id}:${client_secret}`)}`;
  return {
    command,
    env: port => ({ ...issuer.settings, POSTERN_ISSUER: issuer.issuer, POSTERN_LISTEN: `http://127.0.0.1:${port}` }),
    discovery: address => fetch(`${address}/.well-known/openid-configuration`),
    token: address => fetch(`${address}/token`, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    }),
  };
}
const dotnetRun = ['dotnet', 'run', '--project', 'src/Server', '--configuration', 'Release', '--no-build'];
const subjects = {
  'bare hello, published': { command: [hello], env: port => ({ PORT: `${port}` }), discovery: address => fetch(address) },
  'packaged, wrapped keys': postern([server], 'wrapped'),
  'packaged, vault signs': postern([server], 'vault'),
  'dotnet run, wrapped keys': postern(dotnetRun, 'wrapped'),
};

const times = {};
for (let round = 0; round <= rounds; round++)
  for (const [name, { command, env, discovery, token }] of Object.entries(subjects))
    for (const [what, request] of Object.entries({ discovery, ...(token && { token }) })) {
      const port = await freePort();
      const milliseconds = await untilFirst(command, env(port), port, request);
      // The first round warms the disk's cache.
      if (round > 0)
        ((times[name] ??= {})[what] ??= []).push(milliseconds);
    }

const unit = median(times['bare hello, published'].discovery);
console.log(`first 200 of the bare hello: ${Math.round(unit)} ms here; all else as multiples of it, medians of ${rounds}`);
const multiple = values => (median(values) / unit).toFixed(2);
for (const [name, { discovery, token }] of Object.entries(times))
  console.log(`${name.padEnd(26)} discovery ${multiple(discovery)}   first token ${token ? multiple(token) : '-'}`);

for (const issuer of Object.values(local))
  await issuer.stop();
rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
