// Who may do what, and where: exactly this, and nothing wider.
import { isDeepStrictEqual } from 'node:util';
import { rule } from './lib/rule.mjs';

// Ids as Azure documents them; a wrong one may be a wider role's.
const documented = {
  'Key Vault Crypto Officer': '14b46e9e-c2b7-41b4-b07b-48a6ebf60603',
  'Key Vault Crypto Service Encryption User': 'e147488a-f6f5-4113-8e2d-b22465e65bf6',
  'Key Vault Crypto User': '12338af0-0e69-4776-bea7-57ae8d297424',
  'Monitoring Metrics Publisher': '3913510d-42f4-4e42-8a64-420c390055eb',
  'Storage Blob Data Owner': 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  'Storage Blob Data Reader': '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1',
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
};

rule(
  'Each role id is its name\'s',
  ({ roles }) => (isDeepStrictEqual(roles, documented) ? [] : [JSON.stringify(roles)]),
  ['roles.json', '12338af0', '14b46e9e']
);

// who, role, scope, when
const assignments = [
  ['app', 'Storage Blob Data Owner', 'account', 'always'],
  ['app', 'Storage Table Data Contributor', 'account', 'always'],
  ['app', 'Monitoring Metrics Publisher', 'insights', 'always'],
  ['app', 'Key Vault Crypto User', 'rsaKey', "signing == 'vault'"],
  ['app', 'Key Vault Crypto User', 'ellipticCurveKey', "signing == 'vault'"],
  ['app', 'Key Vault Crypto Service Encryption User', 'wrappingKey', "signing == 'wrapped'"],
  ['operator', 'Storage Table Data Contributor', 'account', 'always'],
  ['operator', 'Storage Blob Data Reader', 'packages', 'always'],
  ['operator', 'Key Vault Crypto Officer', 'vault', 'always'],
].map(row => row.join(' | '));

const definition = /^=subscriptionResourceId\('Microsoft\.Authorization\/roleDefinitions', roles\['([^']+)'\]\)$/;
const another = `resource another 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: 'another'
  scope: account
  properties: {
    principalId: appPrincipalId
    roleDefinitionId: 'another'
  }
}

`;
const principals = { '=appPrincipalId': 'app', '=operator': 'operator' };

rule(
  'Exactly these roles are assigned, each at the narrowest scope that works',
  ({ resources }) => {
    const found = resources
      .filter(({ type }) => type === 'Microsoft.Authorization/roleAssignments')
      .map(({ body, condition }) => {
        const role = definition.exec(body.properties.roleDefinitionId)?.[1];
        return [principals[body.properties.principalId], role, body.scope?.slice(1), condition ?? 'always'].join(' | ');
      });
    const twice = found.filter((one, i) => found.indexOf(one) !== i);
    return [...found.filter(one => !assignments.includes(one)), ...assignments.filter(one => !found.includes(one)), ...twice];
  },
  ['vault.bicep', 'scope: rsaKey', 'scope: vault'],
  ['vault.bicep', "if (signing == 'wrapped') {\n  name: guid", 'if (true) {\n  name: guid'],
  ['storage.bicep', 'resource operatorsReadPackages', `${another}resource operatorsReadPackages`],
  ['storage.bicep', '  scope: account\n', ''],
  ['monitoring.bicep', "roleDefinitions', roles['Monitoring Metrics Publisher'])", "roleDefinitions', roles['Storage Blob Data Owner'])"]
);

rule(
  'The name of a role assignment is made of its scope, principal and role, so that no two clash and none is made twice',
  ({ resources }) =>
    resources
      .filter(({ type }) => type === 'Microsoft.Authorization/roleAssignments')
      .filter(({ body: { name, scope, properties } }) => {
        const role = definition.exec(properties.roleDefinitionId)?.[1];
        return name !== `=guid(${scope.slice(1)}.id, ${properties.principalId.slice(1)}, roles['${role}'])`;
      })
      .map(({ name }) => name),
  ['vault.bicep', 'guid(ellipticCurveKey.id', 'guid(rsaKey.id'],
  ['storage.bicep', 'guid(packages.id, operator', 'guid(packages.id, account.id']
);
