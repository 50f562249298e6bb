// The settings of the app: what the code asks for, what the Functions host needs, and nothing else.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { table } from './lib/markdown.mjs';
import { differs, each, one, rule, unlike } from './lib/rule.mjs';
import { root } from './lib/sandbox.mjs';

const sources = join(root, 'src/Protocol/Settings');
const code = readdirSync(sources).map(file => readFileSync(join(sources, file), 'utf8')).join('\n');
// Behind the Functions host nothing listens for itself.
const asked = new Set([...code.matchAll(/"(POSTERN_[A-Z_]+)"/g)].map(([, name]) => name).filter(name => name !== 'POSTERN_LISTEN'));

const type = 'Microsoft.Web/sites/config';
const isOurs = name => name.startsWith('POSTERN_');
const settingsOf = all => all(type)[0].properties;
const of = (all, type, property) => all(type).map(({ id, apiVersion }) => `reference('${id}', '${apiVersion}').${property}`)[0];

rule(
  'The app is told what the code asks for and nothing else: all of it, but for what is optional and was not chosen',
  each(({ chosen, all }, { template }) => {
    const optional = template.definitions.postern.properties;
    const expected = [...asked].filter(setting => !(setting in optional) || setting in chosen.settings);
    return unlike(Object.keys(settingsOf(all)).filter(isOurs), expected);
  }),
  ['"POSTERN_KEY_VAULT_EC_KEY":', '"POSTERN_KEY_VAULT_EC":'],
  ['"POSTERN_CLIENT_CACHE":', '"POSTERN_CACHE":'],
  ['"POSTERN_IDENTITY":"managed",', '']
);

rule(
  'A setting that is not in the list is refused',
  ({ template }) => differs(template.definitions.postern, { additionalProperties: false }, 'settings'),
  ['"additionalProperties":false', '"additionalProperties":true']
);

rule(
  'What is chosen and what is made reaches the server',
  one(type, (chosen, { all }) => {
    const [account, vault] = ['Microsoft.Storage/storageAccounts', 'Microsoft.KeyVault/vaults'].map(type => all(type)[0].name);
    return {
      properties: {
        ...chosen.settings,
        POSTERN_STORAGE: `[format('https://{0}.table.{1}', '${account}', environment().suffixes.storage)]`,
        POSTERN_KEY_VAULT: `[format('https://{0}{1}', '${vault}', environment().suffixes.keyvaultDns)]`,
        POSTERN_SIGNING: chosen.signing,
        POSTERN_KEY_ROTATION: `${chosen.keyRotationDays}d`,
        POSTERN_IDENTITY: 'managed',
        POSTERN_IDENTITY_CLIENT_ID: `[${of(all, 'Microsoft.ManagedIdentity/userAssignedIdentities', 'clientId')}]`,
      },
    };
  }),
  ['"POSTERN_CLIENT_ADDRESS_HEADER":"chosen","POSTERN_S', '"POSTERN_CLIENT_ADDRESS_HEADER":"","POSTERN_S'],
  ['"POSTERN_SIGNING":"wrapped"', '"POSTERN_SIGNING":"vault"'],
  ['"POSTERN_KEY_ROTATION":"30d"', '"POSTERN_KEY_ROTATION":"90d"'],
  ["').clientId]\",\"AzureWeb", "').principalId]\",\"AzureWeb"]
);

const documented = table(readFileSync(join(root, 'README.md'), 'utf8'), '| setting |');
const defaults = Object.fromEntries(
  [...documented].flatMap(([names, [standard]]) => names.replaceAll('`', '').split(', ').map((name, i) => [name, standard.split(', ')[i]]))
);

rule(
  'Left alone, the template gives the server its defaults, as the README has them',
  ({ deployments }) => {
    const told = Object.entries(settingsOf(deployments.find(({ name }) => name === 'azd').all));
    const known = told.filter(([name]) => isOurs(name) && !['required', 'none'].includes(defaults[name]));
    return known.filter(([name, value]) => value !== defaults[name]).map(([name]) => name);
  },
  ['"POSTERN_SIGNING":"vault"', '"POSTERN_SIGNING":"wrapped"'],
  ['"POSTERN_KEY_VAULT_EC_KEY":"postern-ec"', '"POSTERN_KEY_VAULT_EC_KEY":"ec"']
);

rule(
  'The issuer is what was chosen, else the domain that has its certificate, else what Azure calls the app',
  one(type, ({ issuer, customDomain, customDomainTls }, { all }) => {
    const azures = `[format('https://{0}', ${of(all, 'Microsoft.Web/sites', 'defaultHostName')})]`;
    const domains = customDomain && customDomainTls ? `https://${customDomain}` : azures;
    return { properties: { POSTERN_ISSUER: issuer || domains } };
  }),
  ['"POSTERN_ISSUER":"https://id.example"', '"POSTERN_ISSUER":"https://login.example"'],
  ['"POSTERN_ISSUER":"https://login.example"', '"POSTERN_ISSUER":"https://"'],
  ['\').defaultHostName)]"', '\').name)]"']
);

// No FUNCTIONS_WORKER_RUNTIME nor the like, by which other plans name the runtime: Flex Consumption goes by functionAppConfig.
rule(
  'The host is told where its storage and its logs are, which it reaches as the app\'s identity, and nothing else',
  each(({ all }) => {
    const client = of(all, 'Microsoft.ManagedIdentity/userAssignedIdentities', 'clientId');
    const expected = {
      AzureWebJobsStorage__blobServiceUri: `[${of(all, 'Microsoft.Storage/storageAccounts', 'primaryEndpoints.blob')}]`,
      AzureWebJobsStorage__credential: 'managedidentity',
      AzureWebJobsStorage__clientId: `[${client}]`,
      APPLICATIONINSIGHTS_CONNECTION_STRING: `[${of(all, 'Microsoft.Insights/components', 'ConnectionString')}]`,
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `[format('ClientId={0};Authorization=AAD', ${client})]`,
    };
    const told = Object.entries(settingsOf(all)).filter(([setting]) => !isOurs(setting));
    return differs([Object.fromEntries(told)], [expected], 'settings');
  }),
  ['"managedidentity"', '"accountkey"'],
  [';Authorization=AAD', ''],
  ['"POSTERN_IDENTITY":', '"FUNCTIONS_WORKER_RUNTIME":"dotnet-isolated","POSTERN_IDENTITY":']
);
