// What the resources in bicep/ promise: which doors are shut, and what watches.
import { isDeepStrictEqual } from 'node:util';
import { rule } from './lib/rule.mjs';

/** Problems where a resource is not as expected: only what is expected is looked at. */
function differs(actual, expected, path) {
  if (expected === null || typeof expected !== 'object' || Array.isArray(expected))
    return isDeepStrictEqual(actual, expected) ? [] : [`${path} is ${JSON.stringify(actual)}`];
  return Object.entries(expected).flatMap(([key, value]) => differs(actual?.[key], value, `${path}.${key}`));
}

const is = (file, symbol, expected) => ({ resource }) => differs(resource(file, symbol), expected, `${file} ${symbol}`);

rule(
  'Storage takes no account key, shows nothing to the public, and can be private',
  is('storage.bicep', 'account', {
    properties: {
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      minimumTlsVersion: 'TLS1_2',
      supportsHttpsTrafficOnly: true,
      publicNetworkAccess: "=isPrivate ? 'Disabled' : 'Enabled'",
      networkAcls: { bypass: 'None', defaultAction: "=isPrivate ? 'Deny' : 'Allow'" },
    },
  }),
  ['storage.bicep', 'allowSharedKeyAccess: false', 'allowSharedKeyAccess: true'],
  ['storage.bicep', "'TLS1_2'", "'TLS1_0'"],
  ['storage.bicep', "isPrivate ? 'Disabled' : 'Enabled'", "'Enabled'"]
);

rule(
  'Packages are not public',
  is('storage.bicep', 'packages', { properties: { publicAccess: 'None' } }),
  ['storage.bicep', "publicAccess: 'None'", "publicAccess: 'Blob'"]
);

rule(
  'The vault asks for roles, keeps what is deleted, and can be private',
  is('vault.bicep', 'vault', {
    properties: {
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      publicNetworkAccess: "=isPrivate ? 'Disabled' : 'Enabled'",
      networkAcls: { defaultAction: "=isPrivate ? 'Deny' : 'Allow'" },
    },
  }),
  ['vault.bicep', 'enablePurgeProtection: true', 'enablePurgeProtection: false'],
  ['vault.bicep', 'softDeleteRetentionInDays: 90', 'softDeleteRetentionInDays: 7']
);

const key = (kind, operations, mode, size) => ({ kind, operations, mode, size });
const keys = {
  rsaKey: key('RSA', ['sign', 'verify'], 'vault', 2048),
  ellipticCurveKey: key('EC', ['sign', 'verify'], 'vault', 'P-256'),
  wrappingKey: key('RSA', ['wrapKey', 'unwrapKey'], 'wrapped', 2048),
};

rule(
  'Each way of signing makes its own keys only, each for one purpose, and all of them rotate',
  ({ named }) => {
    const found = named('vault.bicep').resources.filter(({ type }) => type === 'Microsoft.KeyVault/vaults/keys');
    const problems = found.flatMap(({ name, condition, body: { properties } }) => {
      const expected = keys[name] ?? {};
      const actual = key(properties.kty, properties.keyOps, /^signing == '(\w+)'$/.exec(condition)?.[1], properties.keySize ?? properties.curveName);
      return isDeepStrictEqual(actual, expected) && properties.rotationPolicy === '=rotation' ? [] : [name];
    });
    const { lifetimeActions } = named('vault.bicep').vars.find(({ name }) => name === 'rotation').value;
    const rotates = isDeepStrictEqual(lifetimeActions, [{ trigger: { timeAfterCreate: "='P${rotationDays}D'" }, action: { type: 'rotate' } }]);
    return [...problems, ...Object.keys(keys).filter(name => !found.some(one => one.name === name)), ...(rotates ? [] : ['rotation'])];
  },
  ['vault.bicep', "      'sign'\n", "      'sign'\n      'unwrapKey'\n"],
  ['vault.bicep', 'keySize: 2048', 'keySize: 1024'],
  ['vault.bicep', "keys@2024-11-01' = if (signing == 'wrapped')", "keys@2024-11-01' = if (signing == 'vault')"],
  ['vault.bicep', '    rotationPolicy: rotation\n', ''],
  ['vault.bicep', "type: 'rotate'", "type: 'notify'"]
);

rule(
  'The plan is Flex Consumption on Linux',
  is('app.bicep', 'plan', { sku: { name: 'FC1', tier: 'FlexConsumption' }, properties: { reserved: true } }),
  ['app.bicep', "'FC1'", "'Y1'"]
);

rule(
  'The app runs the .NET isolated worker as its own identity, takes https only, and can be certified',
  is('app.bicep', 'app', {
    kind: 'functionapp,linux',
    tags: { 'azd-service-name': 'postern' },
    identity: { type: 'UserAssigned' },
    properties: {
      httpsOnly: true,
      siteScopedCertificatesEnabled: true,
      functionAppConfig: {
        runtime: { name: 'dotnet-isolated', version: '10.0' },
        deployment: {
          storage: { type: 'blobContainer', authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: '=identityId' } },
        },
      },
      siteConfig: {
        ftpsState: 'Disabled',
        minTlsVersion: '=minTlsVersion',
        scmMinTlsVersion: '=minTlsVersion',
        cors: { allowedOrigins: '=allowedOrigins', supportCredentials: false },
      },
    },
  }),
  ['app.bicep', 'httpsOnly: true', 'httpsOnly: false'],
  ['app.bicep', "'azd-service-name': 'postern'", "'azd-service-name': 'server'"],
  ['app.bicep', 'supportCredentials: false', 'supportCredentials: true'],
  ['app.bicep', "name: 'dotnet-isolated'", "name: 'custom'"],
  ['app.bicep', "version: '10.0'", "version: '8.0'"]
);

rule(
  'Nobody publishes by password',
  ({ resources }) => {
    const policies = resources.filter(({ type }) => type.endsWith('/basicPublishingCredentialsPolicies'));
    return ['ftp', 'scm'].filter(name => !policies.some(({ body }) => body.name === name && body.properties.allow === false));
  },
  ['app.bicep', 'allow: false', 'allow: true']
);

rule(
  'The host reaches its storage and its logs as the identity',
  ({ resource }) => {
    const storage = ['AzureWebJobsStorage__blobServiceUri', "AzureWebJobsStorage__credential: 'managedidentity'", 'AzureWebJobsStorage__clientId'];
    const expected = [...storage, "Authorization=AAD'"];
    const settings = resource('app.bicep', 'appSettings').properties;
    return expected.filter(part => !settings.includes(part));
  },
  ['app.bicep', "'managedidentity'", "'accountkey'"],
  ['app.bicep', ';Authorization=AAD', '']
);

rule(
  'The runtime is named once, in the app\'s configuration: the settings that other plans name it by are not for Flex Consumption',
  ({ resource }) => {
    const refused = ['FUNCTIONS_WORKER_RUNTIME', 'FUNCTIONS_WORKER_RUNTIME_VERSION', 'linuxFxVersion', 'WEBSITE_RUN_FROM_PACKAGE'];
    const said = JSON.stringify([resource('app.bicep', 'app').properties, resource('app.bicep', 'appSettings').properties].map(text => text ?? ''));
    return refused.filter(name => new RegExp(`\\b${name}\\b['"]?:`).test(said.replace(/\/\/.*?\\n/g, '')));
  },
  ['app.bicep', 'POSTERN_ISSUER: effectiveIssuer', "POSTERN_ISSUER: effectiveIssuer\n    FUNCTIONS_WORKER_RUNTIME: 'dotnet-isolated'"],
  ['app.bicep', "ftpsState: 'Disabled'", "ftpsState: 'Disabled'\n      linuxFxVersion: 'DOTNET-ISOLATED|10.0'"]
);

rule(
  'Logs are written by token only',
  templates => [
    ...is('monitoring.bicep', 'insights', { properties: { DisableLocalAuth: true, WorkspaceResourceId: '=workspace.id' } })(templates),
    ...is('monitoring.bicep', 'workspace', { properties: { features: { disableLocalAuth: true } } })(templates),
  ],
  ['monitoring.bicep', 'DisableLocalAuth: true', 'DisableLocalAuth: false'],
  ['monitoring.bicep', 'disableLocalAuth: true', 'disableLocalAuth: false']
);

rule(
  'Everything private has its endpoint and its name',
  ({ named }) => {
    const targets = named('network.bicep').vars.find(({ name }) => name === 'endpoints').value.map(({ name, target }) => `${name} ${target}`);
    const expected = ['table =storageAccountId', 'blob =storageAccountId', 'vault =vaultId'];
    const each = named('network.bicep').resources.filter(({ each }) => each?.startsWith('endpoints')).map(({ type }) => type.split('/').at(-1));
    const needed = ['privateDnsZones', 'virtualNetworkLinks', 'privateEndpoints', 'privateDnsZoneGroups'];
    return [...expected.filter(one => !targets.includes(one)), ...needed.filter(type => !each.includes(type))];
  },
  ['network.bicep', "name: 'blob'\n    target: storageAccountId", "name: 'blob'\n    target: vaultId"],
  ['network.bicep', '/privateDnsZoneGroups@', '/groups@']
);

rule(
  'The app has a subnet that Flex Consumption may use',
  is('network.bicep', 'appSubnet', { properties: { delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }] } }),
  ['network.bicep', 'Microsoft.App/environments', 'Microsoft.Web/serverFarms']
);

rule(
  'A domain is bound with its certificate once it can have one',
  is('domain.bicep', 'binding', {
    properties: { sslState: "=tls ? 'SniEnabled' : 'Disabled'", thumbprint: '=tls ? certificate!.properties.thumbprint : null' },
  }),
  ['domain.bicep', "tls ? 'SniEnabled' : 'Disabled'", "'SniEnabled'"]
);

rule(
  'Storage and instances are spread over zones each by its own choice, and prod chooses it for storage',
  templates => [
    ...is('storage.bicep', 'account', { sku: { name: "=zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'" } })(templates),
    ...is('app.bicep', 'plan', { properties: { zoneRedundant: '=zoneRedundant' } })(templates),
    ...differs(
      templates.parameters.find(({ name }) => name === 'prod.parameters.json'),
      { parameters: { zoneRedundantStorage: { value: true } } },
      'prod'
    ),
    ...['storage zoneRedundantStorage', 'app zoneRedundantInstances'].filter(expected => {
      const [module, choice] = expected.split(' ');
      return templates.named('main.bicep').modules.find(({ name }) => name === module).body.params.zoneRedundant !== `=${choice}`;
    }),
  ],
  ['storage.bicep', "zoneRedundant ? 'Standard_ZRS'", "zoneRedundant ? 'Standard_GRS'"],
  ['app.bicep', 'zoneRedundant: zoneRedundant', 'zoneRedundant: true'],
  ['main.bicep', 'zoneRedundant: zoneRedundantInstances', 'zoneRedundant: zoneRedundantStorage'],
  ['prod.parameters.json', '"zoneRedundantStorage": { "value": true },', '']
);

rule(
  'The issuer is what was chosen, else the domain that has its certificate, else what Azure calls the app',
  ({ named }) => {
    const { issuer } = named('main.bicep').modules.find(({ name }) => name === 'app').body.params;
    const effective = named('app.bicep').vars.find(({ name }) => name === 'effectiveIssuer').value;
    return [
      ...differs(issuer, "=empty(issuer) && !empty(customDomain) && customDomainTls ? 'https://${customDomain}' : issuer", 'issuer'),
      ...differs(effective, "=empty(issuer) ? 'https://${app.properties.defaultHostName}' : issuer", 'effectiveIssuer'),
    ];
  },
  ['main.bicep', ' && !empty(customDomain)', ''],
  ['main.bicep', ' && customDomainTls', ''],
  ['app.bicep', "'https://${app.properties.defaultHostName}' : issuer", "issuer : 'https://${app.properties.defaultHostName}'"]
);

rule(
  'There is an alert for each thing that somebody should be told of, and it tells them',
  ({ named, resource }) => {
    const queries = named('alerts.bicep').vars.find(({ name }) => name === 'queries').value.map(({ name }) => name);
    const throttled = { metricName: 'ServiceApiResult', dimensions: [{ name: 'StatusCode', operator: 'Include', values: ['429'] }] };
    return [
      ...['failing', 'slow', 'reuse', 'blind'].filter(name => !queries.includes(name)),
      ...differs(resource('alerts.bicep', 'rules').properties.actions.actionGroups, '=actionGroups', 'rules'),
      ...differs(resource('alerts.bicep', 'throttling').properties.criteria.allOf[0], throttled, 'throttling'),
    ];
  },
  ['alerts.bicep', "name: 'reuse'", "name: 'used'"],
  ['alerts.bicep', "'429'", "'500'"],
  ['alerts.bicep', 'actionGroups: actionGroups', 'actionGroups: []']
);

// A month of 1,000 logins is five or six requests in a quarter of an hour: a rule that waits for many requests never speaks there.
rule(
  'Three requests that fail or take long are told of, however few there are, unless they are one in twenty at most',
  ({ named }) => {
    const queries = named('alerts.bicep').vars.find(({ name }) => name === 'queries').value;
    const rows = Object.fromEntries(queries.map(({ name, query }) => [name, query.split('\n')]));
    const said = name => rows[name].filter(row => /^\| (where|summarize|project)/.test(row));
    const counts = (what, condition) => `| summarize Requests = sum(ItemCount), ${what} = sumif(ItemCount, ${condition})`;
    const share = what => [`| where ${what} >= 3`, `| project Value = 100.0 * ${what} / Requests`];
    const answered = '| where toint(ResultCode) > 0';
    return [
      ...differs(said('failing'), [counts('Failed', 'toint(ResultCode) >= 500'), ...share('Failed')], 'failing'),
      ...differs(said('slow'), [answered, counts('Slow', 'DurationMs > LIMIT'), ...share('Slow')], 'slow'),
      ...differs(rows.slow.at(-1), "''', 'LIMIT', string(slowMilliseconds))", 'slow'),
      ...differs(queries.slice(0, 2).map(({ threshold }) => threshold), ['=failingPercent', 5], 'thresholds'),
      ...differs(named('alerts.bicep').params.find(({ name }) => name === 'failingPercent').value, 5, 'failingPercent'),
    ];
  },
  ['alerts.bicep', 'where Failed >= 3', 'where Requests >= 20'],
  ['alerts.bicep', 'where Slow >= 3', 'where Requests >= 20'],
  ['alerts.bicep', 'sumif(ItemCount, toint(ResultCode) >= 500)', 'countif(toint(ResultCode) >= 500)'],
  ['alerts.bicep', 'threshold: 5', 'threshold: 50']
);
