// What the Bicep compiler makes of bicep/: the ARM template, and by `bicep snapshot` what some deployments of it would consist of.
// The package Azure.Bicep.CommandLine has the compiler, in the version that Directory.Packages.props names; restoring
// tests/BicepCompiler brings it.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './sandbox.mjs';

export const folder = join(root, 'bicep');
export const operator = '0d5f9e1c-0000-4000-8000-000000000001';

const name = 'Azure.Bicep.CommandLine.linux-x64';
const [, version] = readFileSync(join(root, 'Directory.Packages.props'), 'utf8').match(`Include="${name}" Version="([^"]+)"`);
const compiler = join(process.env.NUGET_PACKAGES ?? join(homedir(), '.nuget/packages'), name.toLowerCase(), version, 'tools/bicep');

/** The exit code, what it warns of, and what it makes. */
export const bicep = (...words) =>
  new Promise(resolve =>
    execFile(compiler, words, { maxBuffer: 1 << 24 }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, said: stderr.trim(), made: stdout })
    )
  );

/** The parameters in a file, with what azd puts in. */
export function parametersIn(file) {
  const text = readFileSync(join(folder, `${file}.parameters.json`), 'utf8').replaceAll('${AZURE_PRINCIPAL_ID}', operator);
  return Object.fromEntries(Object.entries(JSON.parse(text).parameters).map(([name, { value }]) => [name, value]));
}

/** Parameters as the compiler takes them, which sees to their names, types and limits. */
export function bicepparam(parameters) {
  const quoted = value => JSON.stringify(value).replace(/[\\']|\$(?=\{)/g, '\\$&');
  return ["using 'main.json'", ...Object.entries(parameters).map(([name, value]) => `param ${name} = json('${quoted(value)}')`)].join('\n');
}

/** The parameter files as they are, with one more choice here and there; and everything that can be chosen. */
const deployments = template => ({
  azd: { ...parametersIn('main'), customDomainTls: true },
  dev: { ...parametersIn('dev'), operators: [operator], customDomain: 'login.example' },
  prod: { ...parametersIn('prod'), operators: [operator], issuer: 'https://id.example', customDomain: 'login.example', customDomainTls: true },
  everything: {
    name: 'postern',
    operators: [operator],
    customDomain: 'login.example',
    customDomainTls: true,
    minTlsVersion: '1.3',
    allowedOrigins: ['https://app.example'],
    zoneRedundantInstances: true,
    alwaysReady: 2,
    keyRotationDays: 30,
    privateNetworking: true,
    logTableChanges: true,
    logFunctionApp: true,
    alertEmail: 'operators@login.example',
    settings: Object.fromEntries(Object.keys(template.definitions.postern.properties).map(name => [name, 'chosen'])),
  },
});

async function deploy(name, parameters, at) {
  writeFileSync(join(at, `${name}.bicepparam`), bicepparam(parameters));
  const azure = ['--subscription-id', '0d5f9e1c-0000-4000-8000-000000000002', '--resource-group', 'group', '--location', 'westeurope'];
  const { said } = await bicep('snapshot', join(at, `${name}.bicepparam`), '--mode', 'overwrite', ...azure);
  const snapshot = join(at, `${name}.snapshot.json`);
  const { predictedResources } = existsSync(snapshot) ? JSON.parse(readFileSync(snapshot, 'utf8')) : { predictedResources: [] };
  return { name, said, parameters, resources: predictedResources };
}

async function make(files) {
  const at = mkdtempSync(join(tmpdir(), 'bicep-'));
  const { code, said, made } = await bicep('build', join(folder, 'main.bicep'), '--stdout');
  if (code !== 0)
    throw new Error(said);
  writeFileSync(join(at, 'main.json'), made);
  const template = JSON.parse(made);
  const deployed = await Promise.all(Object.entries(deployments(template)).map(([name, parameters]) => deploy(name, parameters, at)));
  rmSync(at, { recursive: true });
  return { said, files, template, deployed };
}

/** What was compiled, once for all test files and for as long as nothing that it is made of changes. */
async function compiled() {
  const files = readdirSync(folder);
  const sources = [...files.map(file => join(folder, file)), new URL(import.meta.url)].map(path => readFileSync(path, 'utf8'));
  const kept = join(root, 'artifacts/template', createHash('sha256').update(JSON.stringify([version, files, sources])).digest('hex'));
  if (!existsSync(kept)) {
    mkdirSync(join(root, 'artifacts/template'), { recursive: true });
    writeFileSync(`${kept}.${process.pid}`, JSON.stringify(await make(files)));
    renameSync(`${kept}.${process.pid}`, kept);
  }
  return readFileSync(kept, 'utf8');
}

/** As JSON without a space. */
export const text = await compiled();
export const { said, template, deployed } = JSON.parse(text);
