// What the resources promise: which doors are shut, and what watches.
import { differs, one, rule } from './lib/rule.mjs';

const account = 'Microsoft.Storage/storageAccounts';
const vault = 'Microsoft.KeyVault/vaults';
const site = 'Microsoft.Web/sites';
const network = 'Microsoft.Network/';
const ids = all => type => all(type).map(({ id }) => id);
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
  ({ deployments }) =>
    deployments.flatMap(({ name, chosen, all }) => {
      const settings = all(`${site}/config`)[0].properties;
      const rotate = { trigger: { timeAfterCreate: `P${chosen.keyRotationDays}D` }, action: { type: 'rotate' } };
      const expected = Object.entries(keys[chosen.signing]).map(([setting, key]) => [settings[setting], { ...key, rotationPolicy: { lifetimeActions: [rotate] } }]);
      return differs(all(`${vault}/keys`).map(key => [last(key), key.properties]), expected, `${name} keys`);
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
  ['"ftpsState":', '"linuxFxVersion":"DOTNET-ISOLATED|10.0","ftpsState":']
);

rule(
  'The app has one identity, and by that it fetches its package',
  ({ deployments }) =>
    deployments.flatMap(({ name, all }) => {
      const [{ identity, properties }] = all(site);
      const [own] = ids(all)('Microsoft.ManagedIdentity/userAssignedIdentities');
      const [[{ id, apiVersion }], [container]] = [all(account), all(`${account}/blobServices/containers`)];
      const expected = {
        type: 'blobContainer',
        value: `[format('{0}{1}', reference('${id}', '${apiVersion}').primaryEndpoints.blob, '${last(container)}')]`,
        authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: own },
      };
      return [
        ...differs([identity], [{ type: 'UserAssigned', userAssignedIdentities: { [own]: {} } }], `${name} identity`),
        ...differs(properties.functionAppConfig.deployment.storage, expected, `${name} package`),
      ];
    }),
  ['"type":"UserAssigned"', '"type":"SystemAssigned"'],
  ['"userAssignedIdentities":{"/', '"userAssignedIdentities":{"/other'],
  ['"type":"UserAssignedIdentity"', '"type":"StorageAccountConnectionString"'],
  [".primaryEndpoints.blob, 'packages')", ".primaryEndpoints.blob, 'public')"]
);

rule(
  'Nobody publishes by password',
  ({ deployments }) =>
    deployments.flatMap(({ name, all }) => {
      const policies = all(`${site}/basicPublishingCredentialsPolicies`).map(policy => [last(policy), policy.properties.allow]);
      return differs(policies, [['ftp', false], ['scm', false]], name);
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
  ({ deployments }) =>
    deployments.flatMap(({ name, chosen, all }) => {
      const target = { table: ids(all)(account)[0], blob: ids(all)(account)[0], vault: ids(all)(vault)[0] };
      const links = all(`${network}privateEndpoints`).flatMap(({ properties }) => properties.privateLinkServiceConnections);
      const found = links.map(({ properties }) => [properties.groupIds[0], properties.privateLinkServiceId]);
      const named = ['privateDnsZones', 'privateDnsZones/virtualNetworkLinks', 'privateEndpoints/privateDnsZoneGroups'];
      return [
        ...differs(found, chosen.privateNetworking ? Object.entries(target) : [], `${name} endpoints`),
        ...named.flatMap(type => differs(all(`${network}${type}`).length, found.length, `${name} ${type}`)),
      ];
    }),
  ['"groupIds":["blob"]', '"groupIds":["file"]'],
  ['Endpoints/privateDnsZoneGroups"', 'Endpoints/groups"'],
  ['"privateNetworking":true', '"privateNetworking":false']
);

rule(
  'Where networking is private, the app has a subnet that Flex Consumption may use',
  ({ deployments }) =>
    deployments.flatMap(({ name, chosen, all }) => {
      const { virtualNetworkSubnetId } = all(site)[0].properties;
      const subnet = all(`${network}virtualNetworks/subnets`).find(({ id }) => id === virtualNetworkSubnetId);
      const flex = { properties: { delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }] } };
      return chosen.privateNetworking ? differs(subnet, flex, name) : differs(virtualNetworkSubnetId, null, name);
    }),
  ['Microsoft.App/environments', 'Microsoft.Web/serverFarms'],
  ['/subnets/app","siteS', '/subnets/endpoints","siteS']
);

rule(
  'A domain is bound where there is one, and with its certificate once it can have one',
  ({ deployments }) =>
    deployments.flatMap(({ name, chosen: { customDomain, customDomainTls }, all }) => {
      const [certificate] = all(`${site}/certificates`);
      const thumbprint = certificate && `[reference('${certificate.id}', '${certificate.apiVersion}').thumbprint]`;
      const tls = customDomainTls ? { sslState: 'SniEnabled', thumbprint } : { sslState: 'Disabled', thumbprint: null };
      const found = all(`${site}/hostNameBindings`).map(binding => [last(binding), binding.properties.sslState, binding.properties.thumbprint]);
      return differs(found, customDomain ? [[customDomain, tls.sslState, tls.thumbprint]] : [], name);
    }),
  ['"sslState":"Disabled"', '"sslState":"SniEnabled"'],
  ["').thumbprint]\"", "').name]\""]
);

const queryRules = ({ all }) => Object.fromEntries(all('Microsoft.Insights/scheduledQueryRules').map(rule => [rule.name.split('-').at(-1), rule.properties]));
const metric = 'Microsoft.Insights/metricAlerts';

rule(
  'Where alerts are chosen, there is one for each thing that somebody should be told of, and it tells them',
  ({ deployments }) =>
    deployments.flatMap(deployment => {
      const { name, chosen, all } = deployment;
      const people = chosen.alertEmail ? ids(all)('Microsoft.Insights/actionGroups') : [];
      const rules = queryRules(deployment);
      const expected = chosen.alerts ? ['failing', 'slow', 'reuse', 'blind'] : [];
      return [
        ...differs(Object.keys(rules), expected, `${name} rules`),
        ...Object.values(rules).flatMap(({ actions, enabled }) => differs({ actions, enabled }, { actions: { actionGroups: people }, enabled: true }, name)),
        ...differs(all(metric).flatMap(({ properties }) => properties.actions.map(({ actionGroupId }) => actionGroupId)), people, name),
        ...differs(all('Microsoft.Insights/actionGroups').flatMap(({ properties }) => properties.emailReceivers.map(({ emailAddress }) => emailAddress)),
          chosen.alertEmail ? [chosen.alertEmail] : [], name),
      ];
    }),
  ['-reuse","api', '-used","api'],
  ['"actionGroups":["', '"actionGroups":["other'],
  ['"actionGroupId":"/', '"actionGroupId":"/other'],
  ['"emailAddress":"operators@', '"emailAddress":"somebody@']
);

rule(
  'Where alerts are chosen, a vault that refuses operations for their number is told of',
  ({ deployments }) =>
    deployments.flatMap(({ name, chosen, all }) => {
      const expected = { metricName: 'ServiceApiResult', dimensions: [{ name: 'StatusCode', operator: 'Include', values: ['429'] }] };
      const found = all(metric).map(({ properties }) => differs(properties.criteria.allOf[0], expected, name));
      return [...differs(found.length, chosen.alerts ? 1 : 0, name), ...found.flat()];
    }),
  ['"429"', '"500"']
);

// A month of 1,000 logins is five or six requests in a quarter of an hour: a rule that waits for many requests never speaks there.
rule(
  'Three requests that fail or take long are told of, however few there are, unless they are one in twenty at most',
  ({ deployments }) =>
    deployments.filter(({ chosen }) => chosen.alerts).flatMap(deployment => {
      const { failing, slow } = queryRules(deployment);
      const expected = (what, condition, first = []) => ({
        query: [
          'AppRequests',
          ...first,
          `| summarize Requests = sum(ItemCount), ${what} = sumif(ItemCount, ${condition})`,
          `| where ${what} >= 3`,
          `| project Value = 100.0 * ${what} / Requests`,
          '',
        ].join('\n'),
        threshold: 5,
      });
      return [
        ...differs(failing.criteria.allOf[0], expected('Failed', 'toint(ResultCode) >= 500'), 'failing'),
        ...differs(slow.criteria.allOf[0], expected('Slow', 'DurationMs > 3000', ['| where toint(ResultCode) > 0']), 'slow'),
      ];
    }),
  ['where Failed >= 3', 'where Requests >= 20'],
  ['where Slow >= 3', 'where Requests >= 20'],
  ['sumif(ItemCount, toint(ResultCode) >= 500)', 'countif(toint(ResultCode) >= 500)'],
  ['"threshold":5', '"threshold":50']
);
