// What the resources promise: which doors are shut, and what watches.
import { differs, each, one, rule, unlike } from './lib/rule.mjs';

const account = 'Microsoft.Storage/storageAccounts';
const vault = 'Microsoft.KeyVault/vaults';
const site = 'Microsoft.Web/sites';
const network = 'Microsoft.Network/';
const ids = (all, type) => all(type).map(({ id }) => id);
const last = ({ name }) => name.split('/').at(-1);

const reach = isPrivate => ({
  publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled',
  networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow' },
});

rule(
  'Storage takes no account key, shows nothing to the public, and is private and in several zones where that is chosen',
  one(account, ({ privateNetworking, zoneRedundantStorage }) => ({
    sku: { name: zoneRedundantStorage ? 'Standard_ZRS' : 'Standard_LRS' },
    properties: {
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      minimumTlsVersion: 'TLS1_2',
      supportsHttpsTrafficOnly: true,
      ...reach(privateNetworking),
      networkAcls: { bypass: 'None', ...reach(privateNetworking).networkAcls },
    },
  })),
  ['"allowSharedKeyAccess":false', '"allowSharedKeyAccess":true'],
  ['"TLS1_2"', '"TLS1_0"'],
  ['"Disabled"', '"Enabled"'],
  ['"bypass":"None","defaultAction":"Deny"', '"bypass":"None","defaultAction":"Allow"'],
  ['"Standard_ZRS"', '"Standard_GRS"']
);

rule(
  'prod keeps storage in several zones',
  ({ deployments }) => differs(deployments.find(({ name }) => name === 'prod').chosen.zoneRedundantStorage, true, 'prod'),
  ['"zoneRedundantStorage":true', '"zoneRedundantStorage":false']
);

rule(
  'Packages are not public',
  one(`${account}/blobServices/containers`, () => ({ properties: { publicAccess: 'None' } })),
  ['"publicAccess":"None"', '"publicAccess":"Blob"']
);

rule(
  'The vault asks for roles, keeps what is deleted, and is private where that is chosen',
  one(vault, ({ privateNetworking }) => ({
    properties: {
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
      enableSoftDelete: true,
      softDeleteRetentionInDays: 90,
      ...reach(privateNetworking),
    },
  })),
  ['"enablePurgeProtection":true', '"enablePurgeProtection":false'],
  ['"softDeleteRetentionInDays":90', '"softDeleteRetentionInDays":7'],
  ['"bypass":"AzureServices","defaultAction":"Deny"', '"bypass":"AzureServices","defaultAction":"Allow"']
);

const signs = ['sign', 'verify'];
const keys = {
  vault: {
    POSTERN_KEY_VAULT_RSA_KEY: { kty: 'RSA', keySize: 2048, keyOps: signs },
    POSTERN_KEY_VAULT_EC_KEY: { kty: 'EC', curveName: 'P-256', keyOps: signs },
  },
  wrapped: { POSTERN_KEY_VAULT_WRAPPING_KEY: { kty: 'RSA', keySize: 2048, keyOps: ['wrapKey', 'unwrapKey'] } },
};

rule(
  'Each way of signing makes its own keys only, each for one purpose and by the name that the server knows, and all of them rotate',
  each(({ chosen, all }) => {
    const settings = all(`${site}/config`)[0].properties;
    const rotate = { trigger: { timeAfterCreate: `P${chosen.keyRotationDays}D` }, action: { type: 'rotate' } };
    const rotationPolicy = { lifetimeActions: [rotate] };
    const expected = Object.entries(keys[chosen.signing]).map(([setting, key]) => [settings[setting], { ...key, rotationPolicy }]);
    return differs(all(`${vault}/keys`).map(key => [last(key), key.properties]), expected, 'keys');
  }),
  ['"keyOps":["sign",', '"keyOps":["sign","unwrapKey",'],
  ['"keySize":2048', '"keySize":1024'],
  ['"signing":"wrapped"', '"signing":"vault"'],
  ['"POSTERN_KEY_VAULT_RSA_KEY":"postern-rsa"', '"POSTERN_KEY_VAULT_RSA_KEY":"rsa"'],
  ['"P30D"', '"P90D"'],
  ['"type":"rotate"', '"type":"notify"']
);

rule(
  'The plan is Flex Consumption on Linux, in several zones where that is chosen',
  one('Microsoft.Web/serverfarms', ({ zoneRedundantInstances }) => ({
    sku: { name: 'FC1', tier: 'FlexConsumption' },
    properties: { reserved: true, zoneRedundant: zoneRedundantInstances },
  })),
  ['"FC1"', '"Y1"'],
  ['"zoneRedundant":true', '"zoneRedundant":false']
);

rule(
  'The app runs the .NET isolated worker, takes https only, can be certified, and is as large as was chosen',
  one(site, chosen => ({
    kind: 'functionapp,linux',
    tags: { 'azd-service-name': 'postern' },
    properties: {
      httpsOnly: true,
      siteScopedCertificatesEnabled: true,
      functionAppConfig: {
        runtime: { name: 'dotnet-isolated', version: '10.0' },
        scaleAndConcurrency: {
          instanceMemoryMB: chosen.instanceMemory,
          alwaysReady: chosen.alwaysReady > 0 ? [{ name: 'http', instanceCount: chosen.alwaysReady }] : [],
          maximumInstanceCount: chosen.maximumInstanceCount,
          triggers: { http: { perInstanceConcurrency: chosen.httpConcurrency } },
        },
      },
      siteConfig: {
        // Other plans name the runtime here.
        linuxFxVersion: undefined,
        ftpsState: 'Disabled',
        minTlsVersion: chosen.minTlsVersion,
        scmMinTlsVersion: chosen.minTlsVersion,
        cors: { allowedOrigins: chosen.allowedOrigins, supportCredentials: false },
      },
    },
  })),
  ['"httpsOnly":true', '"httpsOnly":false'],
  ['"azd-service-name":"postern"', '"azd-service-name":"server"'],
  ['"supportCredentials":false', '"supportCredentials":true'],
  ['"name":"dotnet-isolated"', '"name":"custom"'],
  ['"version":"10.0"', '"version":"8.0"'],
  ['"maximumInstanceCount":5,"alwaysReady"', '"maximumInstanceCount":40,"alwaysReady"'],
  ['"instanceCount":2', '"instanceCount":3'],
  ['"ftpsState":', '"linuxFxVersion":"DOTNET-ISOLATED|10.0","ftpsState":']
);

rule(
  'The app has one identity, and by that it fetches its package',
  each(({ all }) => {
    const [{ identity, properties }] = all(site);
    const [own] = ids(all, 'Microsoft.ManagedIdentity/userAssignedIdentities');
    const [[{ id, apiVersion }], [container]] = [all(account), all(`${account}/blobServices/containers`)];
    const expected = {
      type: 'blobContainer',
      value: `[format('{0}{1}', reference('${id}', '${apiVersion}').primaryEndpoints.blob, '${last(container)}')]`,
      authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: own },
    };
    return [
      ...differs([identity], [{ type: 'UserAssigned', userAssignedIdentities: { [own]: {} } }], 'identity'),
      ...differs(properties.functionAppConfig.deployment.storage, expected, 'package'),
    ];
  }),
  ['"type":"UserAssigned"', '"type":"SystemAssigned"'],
  ['"userAssignedIdentities":{"/', '"userAssignedIdentities":{"/other'],
  ['"type":"UserAssignedIdentity"', '"type":"StorageAccountConnectionString"'],
  [".primaryEndpoints.blob, 'packages')", ".primaryEndpoints.blob, 'public')"]
);

rule(
  'Nobody publishes by password',
  each(({ all }) => {
    const policies = all(`${site}/basicPublishingCredentialsPolicies`).map(policy => [last(policy), policy.properties.allow]);
    return differs(policies, [['ftp', false], ['scm', false]], 'policies');
  }),
  ['"allow":false', '"allow":true']
);

rule(
  'Logs are written by token only',
  templates => [
    ...one('Microsoft.Insights/components', (_, { all }) => ({
      properties: { DisableLocalAuth: true, WorkspaceResourceId: all('Microsoft.OperationalInsights/workspaces')[0].id },
    }))(templates),
    ...one('Microsoft.OperationalInsights/workspaces', () => ({ properties: { features: { disableLocalAuth: true } } }))(templates),
  ],
  ['"DisableLocalAuth":true', '"DisableLocalAuth":false'],
  ['"disableLocalAuth":true', '"disableLocalAuth":false']
);

rule(
  'Where networking is private, tables, blobs and vault have each their endpoint and its name, and elsewhere there is no network',
  each(({ chosen, all }) => {
    const target = { table: ids(all, account)[0], blob: ids(all, account)[0], vault: ids(all, vault)[0] };
    const links = all(`${network}privateEndpoints`).flatMap(({ properties }) => properties.privateLinkServiceConnections);
    const found = links.map(({ properties }) => [properties.groupIds[0], properties.privateLinkServiceId]);
    const named = ['privateDnsZones', 'privateDnsZones/virtualNetworkLinks', 'privateEndpoints/privateDnsZoneGroups'];
    return [
      ...differs(found, chosen.privateNetworking ? Object.entries(target) : [], 'endpoints'),
      ...named.flatMap(type => differs(all(`${network}${type}`).length, found.length, type)),
    ];
  }),
  ['"groupIds":["blob"]', '"groupIds":["file"]'],
  ['Endpoints/privateDnsZoneGroups"', 'Endpoints/groups"'],
  ['"privateNetworking":true', '"privateNetworking":false']
);

rule(
  'Where networking is private, the app has a subnet that Flex Consumption may use',
  each(({ chosen, all }) => {
    const { virtualNetworkSubnetId } = all(site)[0].properties;
    const subnet = all(`${network}virtualNetworks/subnets`).find(({ id }) => id === virtualNetworkSubnetId);
    const flex = { properties: { delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }] } };
    return chosen.privateNetworking ? differs(subnet, flex, 'subnet') : differs(virtualNetworkSubnetId, null, 'subnet');
  }),
  ['Microsoft.App/environments', 'Microsoft.Web/serverFarms'],
  ['/subnets/app","siteS', '/subnets/endpoints","siteS']
);

rule(
  'A domain is bound where there is one, and with its certificate once it can have one',
  each(({ chosen: { customDomain, customDomainTls }, all }) => {
    const [certificate] = all(`${site}/certificates`);
    const thumbprint = certificate && `[reference('${certificate.id}', '${certificate.apiVersion}').thumbprint]`;
    const expected = customDomainTls ? [customDomain, 'SniEnabled', thumbprint] : [customDomain, 'Disabled', null];
    const bindings = all(`${site}/hostNameBindings`);
    const found = bindings.map(({ name, properties }) => [last({ name }), properties.sslState, properties.thumbprint]);
    return differs(found, customDomain ? [expected] : [], 'bindings');
  }),
  ['"sslState":"Disabled"', '"sslState":"SniEnabled"'],
  ["').thumbprint]\"", "').name]\""]
);

const metric = 'Microsoft.Insights/metricAlerts';
const people = 'Microsoft.Insights/actionGroups';
const queryRules = all => all('Microsoft.Insights/scheduledQueryRules').map(rule => [rule.name.split('-').at(-1), rule.properties]);

rule(
  'Where alerts are chosen, there is one for each thing that somebody should be told of',
  each(({ chosen, all }) => unlike(queryRules(all).map(([name]) => name), chosen.alerts ? ['failing', 'slow', 'reuse', 'blind'] : [])),
  ['-reuse","api', '-used","api'],
  ['"alerts":false', '"alerts":true']
);

rule(
  'Alerts tell whoever was chosen',
  each(({ chosen, all }) => {
    const groups = ids(all, people);
    const addresses = all(people).flatMap(({ properties }) => properties.emailReceivers.map(({ emailAddress }) => emailAddress));
    return [
      ...differs(addresses, chosen.alertEmail ? [chosen.alertEmail] : [], 'addresses'),
      ...queryRules(all).flatMap(([name, { enabled, actions }]) => differs([enabled, actions.actionGroups], [true, groups], name)),
      ...all(metric).flatMap(({ properties }) => differs(properties.actions, groups.map(actionGroupId => ({ actionGroupId })), metric)),
    ];
  }),
  ['"actionGroups":["', '"actionGroups":["other'],
  ['"actionGroupId":"/', '"actionGroupId":"/other'],
  ['"emailAddress":"operators@', '"emailAddress":"somebody@']
);

rule(
  'Where alerts are chosen, a vault that refuses operations for their number is told of',
  each(({ chosen, all }) => {
    const criterion = { metricName: 'ServiceApiResult', dimensions: [{ name: 'StatusCode', operator: 'Include', values: ['429'] }] };
    const found = all(metric).map(({ properties }) => properties.criteria.allOf[0]);
    return [...differs(found.length, chosen.alerts ? 1 : 0, metric), ...found.flatMap(one => differs(one, criterion, metric))];
  }),
  ['"429"', '"500"']
);

const told = (what, condition, ...before) => ({
  query: [
    'AppRequests',
    ...before,
    `| summarize Requests = sum(ItemCount), ${what} = sumif(ItemCount, ${condition})`,
    `| where ${what} >= 3`,
    `| project Value = 100.0 * ${what} / Requests`,
    '',
  ].join('\n'),
  threshold: 5,
});
const several = {
  failing: told('Failed', 'toint(ResultCode) >= 500'),
  slow: told('Slow', 'DurationMs > 3000', '| where toint(ResultCode) > 0'),
};

// A month of 1,000 logins is five or six requests in a quarter of an hour: a rule that waits for many requests never speaks there.
rule(
  'Three requests that fail or take long are told of, however few there are, unless they are one in twenty at most',
  each(({ all }) => queryRules(all).flatMap(([name, { criteria }]) => differs(criteria.allOf[0], several[name] ?? {}, name))),
  ['where Failed >= 3', 'where Requests >= 20'],
  ['where Slow >= 3', 'where Requests >= 20'],
  ['sumif(ItemCount, toint(ResultCode) >= 500)', 'countif(toint(ResultCode) >= 500)'],
  ['"threshold":5', '"threshold":50']
);
