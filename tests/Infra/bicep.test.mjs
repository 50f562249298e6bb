// What holds for every file in bicep/, beside what the compiler sees to: compile.test.mjs.
import { rule } from './lib/rule.mjs';

rule(
  'Every parameter, output and optional setting is described',
  ({ files }) =>
    files.flatMap(file => {
      const all = [...file.params, ...file.outputs, ...file.types, ...file.types.flatMap(type => type.properties)];
      return all.filter(({ decorators }) => !(decorators.description?.[0]?.length > 5)).map(({ name }) => `${file.name}: ${name}`);
    }),
  ['storage.bicep', "@description('The region.')\n", ''],
  ['main.bicep', "@description('Who signs, for the command line.')\n", ''],
  ['main.bicep', "  @description('The name people read on the pages.')\n", '']
);

rule(
  'Every output of a module is used',
  ({ files, named }) => {
    const main = named('main.bicep');
    const path = module => main.modules.find(({ name }) => name === module)?.path;
    const asked = [...main.text.matchAll(/\b(\w+)!?\.outputs\.(\w+)/g)].map(([, module, output]) => `${path(module)} ${output}`);
    const given = files.filter(file => file !== main).flatMap(file => file.outputs.map(({ name }) => `${file.name} ${name}`));
    return given.filter(output => !asked.includes(output));
  },
  ['app.bicep', 'output name string = app.name', 'output name string = app.name\noutput id string = app.id']
);

rule(
  'Every file is used',
  ({ files, named }) => {
    const used = ['main.bicep', ...named('main.bicep').modules.map(({ path }) => path)];
    return files.map(({ name }) => name).filter(name => !used.includes(name));
  },
  ['main.bicep', "'network.bicep'", "'vault.bicep'"]
);

rule(
  'Parameter files give everything that is required, nothing unknown, of the right type and within what is allowed',
  ({ parameters, named }) => {
    const known = named('main.bicep').params;
    return parameters.flatMap(file => {
      const given = file.parameters;
      const missing = known.filter(param => param.value === undefined && !given[param.name]).map(param => `${param.name} is missing`);
      const wrong = Object.entries(given).flatMap(([name, { value }]) => problemsWith(known.find(param => param.name === name), name, value));
      return [...missing, ...wrong].map(problem => `${file.name}: ${problem}`);
    });
  },
  ['dev.parameters.json', '"name": { "value": "posterndev" },', ''],
  ['dev.parameters.json', '"signing"', '"signer"'],
  ['dev.parameters.json', '"wrapped"', '"wrap"'],
  ['dev.parameters.json', 'posterndev', 'postern-development'],
  ['prod.parameters.json', '"value": 90', '"value": "90"'],
  ['prod.parameters.json', '"value": 40', '"value": 4000']
);

function problemsWith(param, name, value) {
  if (!param)
    return [`${name} is unknown`];
  const { allowed, minLength, maxLength, minValue, maxValue } = param.decorators;
  const types = { string: 'string', int: 'number', bool: 'boolean' };
  const isWrong =
    (types[param.type] ?? 'object') !== typeof value ||
    (allowed && !allowed[0].includes(value)) ||
    value.length < minLength?.[0] ||
    value.length > maxLength?.[0] ||
    value < minValue?.[0] ||
    value > maxValue?.[0];
  return isWrong ? [`${name} cannot be ${JSON.stringify(value)}`] : [];
}

rule(
  'Every resource has a fixed API version that is no preview, but for the one type that has no other',
  ({ resources }) =>
    resources
      .map(({ file, type, api }) => `${file}: ${type}@${api}`)
      .filter(one => !/@20\d\d-\d\d-\d\d$/.test(one) && !one.endsWith('Microsoft.Insights/diagnosticSettings@2021-05-01-preview')),
  ['storage.bicep', 'storageAccounts@2025-01-01', 'storageAccounts@2025-01-01-preview'],
  ['vault.bicep', 'vaults/keys@2024-11-01', 'vaults/keys@latest']
);

rule(
  'A type has one API version in all files',
  ({ resources }) => {
    const versions = resources.reduce((all, { type, api }) => all.set(type, [...(all.get(type) ?? []), api]), new Map());
    return [...versions].filter(([, all]) => new Set(all).size > 1).map(([type]) => type);
  },
  ['domain.bicep', 'Microsoft.Web/sites@2024-11-01', 'Microsoft.Web/sites@2023-12-01']
);

const secretName = /secret|password|token|connection|credential|key$/i;
const secretText = /list(Keys|AccountSas|ServiceSas|Secrets)?\(|AccountKey=|DefaultEndpointsProtocol|InstrumentationKey|@secure|getSecret/g;
// By this one the app finds Application Insights, which takes in nothing without a token.
const insights = 'APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString';

rule(
  'No secret goes in or out',
  ({ files }) =>
    files.flatMap(file => [
      ...[...file.params, ...file.outputs].map(({ name }) => name).filter(name => secretName.test(name)),
      ...[...file.text.matchAll(secretText)].map(([found]) => `${file.name}: ${found}`),
      ...(/connection_?string/i.test(file.text.replace(insights, '')) ? [`${file.name}: a connection string`] : []),
    ]),
  ['storage.bicep', 'param workspaceId string', "param workspaceId string\n@description('A secret.')\nparam accountKey string"],
  ['main.bicep', "param issuer string = ''", "param adminPassword string = ''"],
  ['storage.bicep', 'output id string = account.id', 'output id string = account.listKeys().keys[0].value'],
  ['monitoring.bicep', 'insights.name', 'insights.properties.ConnectionString'],
  ['app.bicep', 'POSTERN_ISSUER: effectiveIssuer', "POSTERN_ISSUER: effectiveIssuer\n    STORAGE_CONNECTION_STRING: 'x'"]
);

rule(
  'The scripts find the outputs they read',
  ({ named }) => {
    const settings = ['POSTERN_ISSUER', 'POSTERN_STORAGE', 'POSTERN_KEY_VAULT', 'POSTERN_SIGNING'];
    const expected = ['FUNCTION_APP_NAME', ...settings, 'DEPLOYMENT_STORAGE_ACCOUNT', 'DEPLOYMENT_CONTAINER'];
    const outputs = named('main.bicep').outputs.map(({ name }) => name);
    return [...expected.filter(name => !outputs.includes(name)), ...outputs.filter(name => !expected.includes(name))];
  },
  ['main.bicep', 'output POSTERN_SIGNING', 'output SIGNING']
);
