// The workflow, the files for azd and the container image: what they name exists, and nothing has more rights than it needs.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseDocument } from 'yaml';
import { root, Sandbox } from './lib/sandbox.mjs';

const read = path => readFileSync(join(root, path), 'utf8');
const yaml = path => {
  const document = parseDocument(read(path));
  assert.deepEqual([...document.errors, ...document.warnings], [], path);
  return document.toJS();
};

const workflowText = read('.github/workflows/deploy.yml');
const { jobs, permissions, concurrency, on } = yaml('.github/workflows/deploy.yml');
const steps = Object.values(jobs).flatMap(job => job.steps);
const scriptsIn = text => [...text.matchAll(/(?<![\w/.])((?:infra|\.ci)\/[a-z]+)\b/g)].map(match => match[1]);

test('the workflow has the rights that each job needs, and no others', () => {
  assert.deepEqual(permissions, {});
  assert.deepEqual(jobs.build.permissions, { contents: 'read' });
  assert.deepEqual(jobs.deploy.permissions, { actions: 'read', contents: 'read', 'id-token': 'write' });
  assert.deepEqual(Object.keys(jobs), ['build', 'deploy']);
});

test('the workflow uses no stored secret, and names each variable that it does use', () => {
  assert.doesNotMatch(workflowText, /secrets\s*[.[]/);
  assert.doesNotMatch(workflowText, /client-secret|creds:/);
  const variables = [...workflowText.matchAll(/vars\.([A-Z_]+)/g)].map(match => match[1]);
  assert.ok(variables.length > 5);
  const header = workflowText.slice(0, workflowText.indexOf('\nname:'));
  for (const variable of variables)
    assert.ok(header.includes(variable), `${variable} is not explained`);
});

test('the workflow runs other people\'s code by commit only', () => {
  const used = [...workflowText.matchAll(/uses: *(.*)/g)].map(match => match[1]);
  assert.equal(used.length, steps.filter(step => step.uses).length);
  for (const action of used)
    assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test('the workflow keeps what anybody may type out of its shell', () => {
  for (const { run = '' } of steps)
    assert.ok(!run.includes('${{'), run);
});

test('the workflow tests and packages before it deploys, once at a time', () => {
  const commands = jobs.build.steps.map(step => step.run ?? step.uses.replace(/@.*/, ''));
  assert.deepEqual(commands.slice(2, 4), ['.ci/run', 'infra/package']);
  assert.match(commands[4], /sha256sum artifacts\/postern\.zip[^]*infra\/package[^]*sha256sum --check/);
  assert.equal(commands[5], 'actions/upload-artifact');
  assert.equal(jobs.deploy.needs, 'build');
  assert.match(concurrency.group, /inputs\.environment/);
  assert.equal(concurrency['cancel-in-progress'], false);
  assert.deepEqual(on.push.branches, ['main']);
});

test('what the workflow calls exists and can be run', () => {
  const called = new Set(steps.flatMap(step => scriptsIn(step.run ?? '')));
  assert.deepEqual([...called].sort(), ['.ci/run', 'infra/deploy', 'infra/package']);
  for (const script of called)
    assert.ok(statSync(join(root, script)).mode & 0o100, script);
});

test('the commands of the workflow are understood, and roll back', async t => {
  const deploys = jobs.deploy.steps.filter(step => step.run?.includes('infra/deploy'));
  assert.deepEqual(deploys.map(step => step.if), ['${{ !inputs.run }}', '${{ inputs.run }}']);
  for (const { run, env } of deploys) {
    const sandbox = new Sandbox(t, { answers: [{ call: 'dotnet run infra/smoke.cs', exit: 1, times: 1 }] });
    const artifact = jobs.deploy.steps.find(step => step.with?.path).with.path;
    mkdirSync(join(sandbox.folder, artifact));
    writeFileSync(join(sandbox.folder, artifact, 'postern.zip'), 'the package');
    const values = { GROUP: 'g', LOCATION: 'westeurope', ENVIRONMENT: 'prod', OPERATORS: '["me", "you"]' };
    assert.deepEqual(Object.keys(env).filter(name => !values[name]), []);
    const given = Object.fromEntries(Object.keys(env).map(name => [name, values[name]]));
    const { code, stderr } = await sandbox.run('bash', ['-e', '-c', run], { env: given });
    assert.equal(code, 1);
    assert.match(stderr, /The new package failed\. What ran before runs again\./);
    const packages = sandbox.calls.filter(call => call.words.includes('config-zip')).map(call => call.args[call.args.indexOf('--src') + 1]);
    assert.equal(packages[0], 'package/postern.zip');
    assert.match(packages[1], /^artifacts\/before-/);
  }
});

test('the workflow deploys no package again but what it has made of main', async t => {
  const names = jobs.deploy.steps.map(step => step.uses?.replace(/@.*/, '') ?? step.name);
  const check = jobs.deploy.steps.find(step => step.run?.includes('gh api'));
  assert.equal(check.if, '${{ inputs.run }}');
  assert.ok(names.indexOf(check.name) < names.indexOf('actions/download-artifact'));
  const of = async made => {
    const sandbox = new Sandbox(t, { tools: ['gh'], answers: [{ call: 'gh api', stdout: `${made}\n` }] });
    const { code } = await sandbox.run('bash', ['-e', '-c', check.run], { env: { RUN: '17', GITHUB_REPOSITORY: 'us/postern' } });
    assert.match(sandbox.calls[0].words, /^gh api repos\/us\/postern\/actions\/runs\/17 /);
    return code;
  };
  assert.equal(await of('.github/workflows/deploy.yml main us/postern'), 0);
  for (const other of ['other.yml main us/postern', 'deploy.yml topic us/postern', 'deploy.yml main them/postern'])
    assert.equal(await of(`.github/workflows/${other}`), 1, other);
});

test('azd finds what it is told of', () => {
  const { infra, services, hooks } = yaml('infra/azure.yaml');
  const at = path => join(root, 'infra', path);
  assert.ok(existsSync(join(at(infra.path), `${infra.module}.bicep`)), 'the template');
  assert.deepEqual(Object.keys(services), ['postern']);
  const { project, host, language, dist } = services.postern;
  assert.deepEqual({ project, host, language }, { project: '.', host: 'function', language: 'custom' });
  assert.equal(at(dist), join(root, 'artifacts/postern.zip'));
  assert.match(read('infra/package'), /dotnet run infra\/zip\.cs "\$app" artifacts\/postern\.zip/);
  const { operators } = JSON.parse(readFileSync(join(at(infra.path), `${infra.module}.parameters.json`), 'utf8')).parameters;
  assert.deepEqual(operators.value, ['${AZURE_PRINCIPAL_ID}']);
  // azd refuses a hook outside its project's folder.
  for (const { run } of Object.values(hooks))
    assert.ok(statSync(at(run.split(' ')[0])).mode & 0o100 && run.startsWith('./'), run);
});

test('the container image is made of what infra/package makes, and runs as nobody', () => {
  const lines = read('infra/Dockerfile').split('\n').filter(line => line && !line.startsWith('#'));
  const dockerfile = lines.join('\n');
  const [sdk, runtime] = lines.filter(line => line.startsWith('FROM ')).map(line => line.split(' ')[1]);
  const version = JSON.parse(read('global.json')).sdk.version.split('.').slice(0, 2).join('.');
  assert.equal(sdk, `mcr.microsoft.com/dotnet/sdk:${version}-noble`);
  assert.equal(runtime, `mcr.microsoft.com/dotnet/aspnet:${version}-noble-chiseled-extra`);
  assert.deepEqual(scriptsIn(dockerfile), ['infra/package']);
  const [, copied] = dockerfile.match(/^COPY --from=build \/postern\/(\S+) (\S+)$/m);
  const made = read('infra/package');
  assert.ok(made.includes('\napp=artifacts/app\n') && made.includes('--output "$app"'));
  assert.equal(copied, 'artifacts/app');
  const { defaultExecutablePath, defaultWorkerPath } = JSON.parse(read('src/Server/Worker/worker.config.json')).description;
  assert.ok(dockerfile.includes(`ENTRYPOINT ["${defaultExecutablePath}", "${defaultWorkerPath}"]`));
  assert.equal(dockerfile.match(/POSTERN_LISTEN=http:\/\/0\.0\.0\.0:(\d+)/)[1], dockerfile.match(/EXPOSE (\d+)/)[1]);
  assert.ok(lines.indexOf('USER $APP_UID') > lines.findLastIndex(line => line.startsWith('FROM ')));
});

test('the image is built without secrets, and with all that infra/package reads', () => {
  const ignored = read('infra/Dockerfile.dockerignore').split('\n').filter(line => line && !line.startsWith('#'));
  const isIgnored = path => ignored.some(pattern => {
    const expression = pattern.replace(/[.]/g, '\\.').replace(/\*\*\//g, '(?:.*/)?').replace(/(?<!\.)\*(?!\))/g, '[^/]*');
    return new RegExp(`^${expression}(?:/|$)`).test(path);
  });
  for (const path of ['.git/config', 'local.settings.json', 'src/Local/local.settings.json', 'src/Server/bin/x', 'artifacts/local/keys'])
    assert.ok(isIgnored(path), path);
  const settings = ['global.json', 'host.json', 'Directory.Build.props', 'Directory.Packages.props', '.editorconfig'];
  for (const path of [...settings, 'infra/package', 'infra/zip.cs', 'src/Server/Server.csproj'])
    assert.ok(existsSync(join(root, path)) && !isIgnored(path), path);
});
