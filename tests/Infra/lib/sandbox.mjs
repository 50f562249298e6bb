// A copy of the scripts with an az and a dotnet that write down how they are called, and answer what a test wants.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export const root = new URL('../../../', import.meta.url).pathname;
export const secret = 'a-secret-that-nobody-may-see';

// All that the scripts may use of the system, whatever else it has: a CI machine has an az.
const system = ['sh', 'bash', 'env', 'sed', 'awk', 'dirname', 'date', 'cat', 'rm', 'mv', 'mktemp'];

const outputs = {
  FUNCTION_APP_NAME: 'postern-app',
  POSTERN_ISSUER: 'https://postern.example.com',
  POSTERN_STORAGE: 'https://posterntables.table.core.windows.net',
  POSTERN_KEY_VAULT: 'https://posternvault.vault.azure.net',
  POSTERN_SIGNING: 'vault',
  DEPLOYMENT_STORAGE_ACCOUNT: 'posternhost',
  DEPLOYMENT_CONTAINER: 'packages',
};

// As Azure Resource Manager returns them: functioN_APP_NAME.
const cased = name => name.toLowerCase().split('_')[0].slice(0, -1) + name.slice(name.indexOf('_') - 1);

export const outputsAsTsv = values => {
  const all = { ...outputs, ...values };
  return `${Object.keys(all).map(cased).join('\t')}\n${Object.values(all).join('\t')}\n`;
};

/** What the tools answer when all is well: the first entry whose words begin the call counts. */
export const well = [
  { call: 'az group exists', stdout: 'true\n' },
  { call: 'az deployment group show', stdout: outputsAsTsv({}) },
  { call: 'az storage blob exists', stdout: 'true\n' },
  { call: 'az storage blob download', writes: 'what ran before' },
  { call: 'postern client add', stdout: `{\n  "client_id": "x",\n  "client_secret": "${secret}"\n}\n` },
];

export function whereIs(name) {
  const found = process.env.PATH.split(delimiter).map(folder => join(folder, name)).find(existsSync);
  if (!found)
    throw new Error(`${name} is not installed`);
  return found;
}

const tool = log => `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require('node:fs');
const { basename } = require('node:path');
const [, self, ...args] = process.argv;
const isPostern = args[0]?.endsWith('/postern.dll');
const words = (isPostern ? ['postern', ...args.slice(1)] : [basename(self), ...args]).join(' ');
const isSmoke = words.startsWith('dotnet run infra/smoke.cs') || words.includes('/smoke.cs');
const stdin = isSmoke ? readFileSync(0, 'utf8') : '';
const settings = { storage: process.env.POSTERN_STORAGE ?? '', secret: process.env.POSTERN_CLIENT_SECRET ?? '' };
const before = existsSync('${log}') ? readFileSync('${log}', 'utf8').trim().split('\\n').map(JSON.parse) : [];
appendFileSync('${log}', JSON.stringify({ words, args, stdin, pid: process.pid, ...settings }) + '\\n');
const answer = JSON.parse(readFileSync('${log}.answers', 'utf8')).find(each => words.startsWith(each.call)
  && (each.times === undefined || before.filter(call => call.words.startsWith(each.call)).length < each.times)) ?? {};
if (answer.hangs) setTimeout(() => {}, 60000);
else {
  if (answer.writes) writeFileSync(args[args.indexOf('--file') + 1], answer.writes);
  process.stdout.write(answer.stdout ?? '');
  process.stderr.write(answer.stderr ?? '');
  process.exitCode = answer.exit ?? 0;
}
`;

/** A folder with the scripts, a package, and tools that answer; gone after the test. */
export class Sandbox {
  constructor(t, { answers = [], tools = ['az', 'dotnet', 'sleep'], folder } = {}) {
    this.temporary = mkdtempSync(join(tmpdir(), 'postern-infra-'));
    t.after(() => rmSync(this.temporary, { recursive: true, force: true, maxRetries: 10 }));
    this.bin = join(this.temporary, 'bin');
    this.log = join(this.temporary, 'calls');
    mkdirSync(this.bin);
    for (const name of system)
      symlinkSync(whereIs(name), join(this.bin, name));
    for (const name of tools)
      writeFileSync(join(this.bin, name), tool(this.log), { mode: 0o755 });
    writeFileSync(`${this.log}.answers`, JSON.stringify([...answers, ...well]));
    this.folder = folder ?? join(this.temporary, 'postern');
    if (!folder) {
      cpSync(join(root, 'infra'), join(this.folder, 'infra'), { recursive: true });
      mkdirSync(join(this.folder, 'artifacts'));
      writeFileSync(join(this.folder, 'new.zip'), 'the new package');
    }
  }

  spawn(script, args, { env = {}, detached = false } = {}) {
    return spawn(script, args, { cwd: this.folder, detached, env: { ...process.env, PATH: this.bin, ...env } });
  }

  async run(script, args, { input = '', ...options } = {}) {
    const child = this.spawn(script, args, options);
    child.stdin.on('error', () => {}).end(input);
    return finished(child);
  }

  /** In a terminal of its own, as a person has one; what is shown there is stdout. */
  runInTerminal(command, input) {
    const env = { ...process.env, PATH: this.bin, SHELL: '/bin/sh' };
    const options = { cwd: this.folder, input, encoding: 'utf8', env };
    return spawnSync(whereIs('script'), ['--quiet', '--return', '--command', command, '/dev/null'], options);
  }

  get calls() {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').trim().split('\n').map(line => JSON.parse(line)) : [];
  }

  /** The calls without their options, and without waiting. */
  get steps() {
    return this.calls.map(call => call.words.replace(/ (smoke-|--|-- |\/).*$/, '')).filter(step => !step.startsWith('sleep '));
  }
}

export async function finished(child) {
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', data => (text[name] += data));
  const [code, signal] = await once(child, 'close');
  return { code, signal, ...text };
}
