// What holds for the whole template, beside what the compiler sees to: compile.test.mjs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rule, unlike } from './lib/rule.mjs';
import { root } from './lib/sandbox.mjs';

rule(
  'Every parameter, output and optional setting is described',
  ({ modules }) =>
    Object.entries(modules).flatMap(([module, { parameters, outputs = {}, definitions = {} }]) => {
      const members = Object.values(definitions).flatMap(({ properties }) => Object.entries(properties));
      const all = [parameters, outputs, definitions].flatMap(Object.entries).concat(members);
      return all.filter(([, { metadata }]) => !(metadata?.description.length > 5)).map(([name]) => `${module}: ${name}`);
    }),
  ['"metadata":{"description":"The region."}', '"minLength":1'],
  ['"metadata":{"description":"Who signs, for the command line."}', '"metadata":{"description":"Who"}'],
  [',"metadata":{"description":"The name people read on the pages."}', '']
);

rule(
  'Every output of a module is used',
  ({ template, modules }) =>
    Object.entries(template.resources).flatMap(([symbol, { name }]) =>
      Object.keys(modules[name]?.outputs ?? {})
        .filter(output => !JSON.stringify(template).includes(`reference('${symbol}').outputs.${output}.value`))
        .map(output => `${name}: ${output}`)
    ),
  ["reference('app').outputs.issuer.value", "reference('app').outputs.name.value"]
);

rule(
  'Every file is used, and a module is deployed under the name of its file',
  ({ files, modules }) => unlike(files.filter(file => file.endsWith('.bicep')), Object.keys(modules).map(name => `${name}.bicep`)),
  ['"files":[', '"files":["queue.bicep",'],
  ['"name":"network","properties":{"expr', '"name":"vault","properties":{"expr']
);

const reference = /reference\(resourceId\('([^']+)'.*?\), '([^']+)'\)/g;
const versions = ({ template, declared }) => [
  ...declared.map(({ type, apiVersion }) => [type, apiVersion]),
  ...[...JSON.stringify(template).matchAll(reference)].map(([, type, apiVersion]) => [type, apiVersion]),
];

rule(
  'Every resource has a fixed API version that is no preview, but for the one type that has no other',
  all =>
    versions(all)
      .map(pair => pair.join('@'))
      .filter(one => !/@20\d\d-\d\d-\d\d$/.test(one) && one !== 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview'),
  ['storageAccounts","apiVersion":"2025-01-01', 'storageAccounts","apiVersion":"2025-01-01-preview'],
  ['vaults/keys","apiVersion":"2024-11-01', 'vaults/keys","apiVersion":"latest']
);

rule(
  'A type has one API version everywhere',
  all => {
    const last = new Map(versions(all));
    return versions(all).filter(([type, version]) => last.get(type) !== version).map(([type]) => type);
  },
  [`subnets","apiVersion":"2024-05-01","name":"[format('{0}/{1}', parameters('name'), 'app')]"`, 'subnets","apiVersion":"2023-05-01"'],
  ["parameters('storageAccountName')), '2025-01-01')", "parameters('storageAccountName')), '2024-01-01')"]
);

const secretName = /secret|password|token|connection|credential|key$/i;
const secretText = new RegExp(
  [
    String.raw`list(Keys|AccountSas|ServiceSas|Secrets)?\(`,
    'AccountKey=|DefaultEndpointsProtocol|InstrumentationKey|connection_?string',
    '"secure(String|Object)"|"keyVault":',
  ].join('|'),
  'gi'
);
// By this one the app finds Application Insights, which takes in nothing without a token.
const component = "reference(resourceId('Microsoft.Insights/components', parameters('insightsName')), '2020-02-02')";
const insights = `'APPLICATIONINSIGHTS_CONNECTION_STRING', ${component}.ConnectionString`;

rule(
  'No secret goes in or out',
  ({ template, modules }) => {
    const names = Object.values(modules).flatMap(({ parameters, outputs = {} }) => Object.keys({ ...parameters, ...outputs }));
    const found = JSON.stringify(template).replace(insights, '').match(secretText) ?? [];
    return [...names.filter(name => secretName.test(name)), ...found];
  },
  ['"alertEmail":{"type"', '"adminPassword":{"type"'],
  ['"email":{"type":"string"', '"email":{"type":"secureString"'],
  ['"tableEndpoint":{"type"', '"accountKey":{"type"'],
  ['"value":"packages"', `"value":"[listKeys(parameters('name'), '2025-01-01').keys[0].value]"`],
  [`component."},"value":"[parameters('name')]"`, `component."},"value":"[reference(parameters('name')).ConnectionString]"`],
  ["'POSTERN_ISSUER', ", "'STORAGE_CONNECTION_STRING', 'x', 'POSTERN_ISSUER', "]
);

const [, names] = readFileSync(join(root, 'infra/azure.sh'), 'utf8').match(/^output_names="([A-Z_ ]+)"$/m);

rule(
  'The scripts find the outputs that they read, and read all, and the parameters that they give',
  ({ template: { outputs, parameters } }) => [
    ...unlike(Object.keys(outputs), names.split(' ')),
    ...['location', 'operators', 'recoverVault'].filter(name => !parameters[name]),
  ],
  ['"POSTERN_SIGNING":{', '"SIGNING":{'],
  ['"DEPLOYMENT_CONTAINER":{', '"OTHER":{"type":"string","value":"x"},"DEPLOYMENT_CONTAINER":{'],
  ['"recoverVault":{', '"recover":{']
);
