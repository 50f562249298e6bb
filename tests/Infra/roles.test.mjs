// Who may do what, and where: exactly this, and nothing wider.
import { operator } from './lib/template.mjs';
import { each, rule, unlike } from './lib/rule.mjs';

// Ids as Azure documents them; a wrong one may be a wider role's.
const documented = {
  '14b46e9e-c2b7-41b4-b07b-48a6ebf60603': 'Key Vault Crypto Officer',
  'e147488a-f6f5-4113-8e2d-b22465e65bf6': 'Key Vault Crypto Service Encryption User',
  '12338af0-0e69-4776-bea7-57ae8d297424': 'Key Vault Crypto User',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1': 'Storage Blob Data Reader',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
};

const signing = {
  vault: ['app | Key Vault Crypto User | keys postern-rsa', 'app | Key Vault Crypto User | keys postern-ec'],
  wrapped: ['app | Key Vault Crypto Service Encryption User | keys postern-wrapping'],
};

// who, role, scope: the last of its types, with its name where there are several
const always = [
  'app | Storage Blob Data Owner | storageAccounts',
  'app | Storage Table Data Contributor | storageAccounts',
  'app | Monitoring Metrics Publisher | components',
  'operator | Storage Table Data Contributor | storageAccounts',
  'operator | Storage Blob Data Reader | containers packages',
  'operator | Key Vault Crypto Officer | vaults',
];

const type = 'Microsoft.Authorization/roleAssignments';
const scope = ({ id }) => {
  const [, of] = /^(?:\[extensionResourceId\(')?(\/.*?)(?:\/providers\/Microsoft\.Authorization\/|', ')/.exec(id) ?? [];
  return of?.split('/').slice(-2).join(' ').replace(/ postern\w*-?[a-z0-9]{13}$/, '');
};
const principal = (identity, { principalId }) =>
  principalId === operator ? 'operator' : principalId === `[reference('${identity.id}', '${identity.apiVersion}').principalId]` && 'app';
const role = ({ roleDefinitionId }) => documented[roleDefinitionId?.split('/').at(-1)];

rule(
  'Exactly these roles are assigned, each at the narrowest scope that works',
  each(({ chosen, all }) => {
    const [identity] = all('Microsoft.ManagedIdentity/userAssignedIdentities');
    const row = ({ id, properties = {} }) => [principal(identity, properties), role(properties), scope({ id })].join(' | ');
    return unlike(all(type).map(row), [...always, ...signing[chosen.signing]]);
  }),
  ["/keys/postern-rsa', 'Microsoft.Auth", "', 'Microsoft.Auth"],
  ['"signing":"wrapped"', '"signing":"vault"'],
  ['"type":"Microsoft.KeyVault/vaults","name"', `"type":"${type}","name"`],
  ['/blobServices/default/containers/packages/providers/Microsoft.Auth', '/providers/Microsoft.Auth'],
  ['roleDefinitions/3913510d-42f4', 'roleDefinitions/b7e6dc6d-f1e8'],
  [`"principalId":"${operator}"`, '"principalId":"another"']
);

rule(
  'The name of a role assignment is made of its scope, principal and role, so that no two clash and none is made twice',
  ({ declared }) => {
    const bare = expression => expression?.slice(1, -1);
    return declared
      .filter(resource => resource.type === type)
      .filter(({ name, scope, properties: { principalId, roleDefinitionId } }) => {
        const [, role] = /^\[subscriptionResourceId\('Microsoft\.Authorization\/roleDefinitions', (.+)\)\]$/.exec(roleDefinitionId) ?? [];
        return name !== `[guid(${bare(scope)}, ${bare(principalId)}, ${role})]`;
      })
      .map(({ name }) => name);
  },
  ["[guid(resourceId('Microsoft.KeyVault/vaults/keys', parameters('name'), parameters('keyNames').ellipticCurve)", "[guid(parameters('name')"],
  ["'default', 'packages'), parameters('operators')[copyIndex()]", "'default', 'packages'), parameters('name')"]
);
