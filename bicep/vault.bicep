metadata description = 'The vault and the keys of one way of signing.'

@description('The vault\'s name: 3 to 24 letters and digits, a letter first.')
@minLength(3)
@maxLength(24)
param name string

@description('The region.')
param location string

@description('vault: keys that sign. wrapped: one key that wraps.')
@allowed([
  'vault'
  'wrapped'
])
param signing string

@description('What the keys are called: rsa, ellipticCurve, wrapping.')
param keyNames object

@description('Days until a key gets a new version.')
@minValue(7)
param rotationDays int

@description('Bring a deleted vault back, as it was.')
param recover bool

@description('No access but through private endpoints.')
param isPrivate bool

@description('The app\'s identity.')
param appPrincipalId string

@description('Object ids of those who run postern.')
param operators array

@description('The Log Analytics workspace.')
param workspaceId string

@description('Log each use of a key.')
param logUse bool

var roles = loadJsonContent('roles.json')

// By age, and without an end: the server stops signing with an old version and later stops publishing it, and what a
// wrapping key has wrapped must open for as long as it is kept. Azure makes a key that is missing and leaves one that exists
// as it is, so a change of this policy reaches existing keys by az keyvault key rotation-policy update alone.
var rotation = {
  lifetimeActions: [
    {
      trigger: {
        timeAfterCreate: 'P${rotationDays}D'
      }
      action: {
        type: 'rotate'
      }
    }
  ]
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    createMode: recover ? 'recover' : 'default'
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    // Whoever could purge a signing key could end every session there is, for good.
    enablePurgeProtection: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      // Azure Resource Manager itself makes the keys, and comes from outside the network.
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource rsaKey 'Microsoft.KeyVault/vaults/keys@2024-11-01' = if (signing == 'vault') {
  parent: vault
  name: keyNames.rsa
  properties: {
    kty: 'RSA'
    keySize: 2048
    keyOps: [
      'sign'
      'verify'
    ]
    rotationPolicy: rotation
  }
}

resource ellipticCurveKey 'Microsoft.KeyVault/vaults/keys@2024-11-01' = if (signing == 'vault') {
  parent: vault
  name: keyNames.ellipticCurve
  properties: {
    kty: 'EC'
    curveName: 'P-256'
    keyOps: [
      'sign'
      'verify'
    ]
    rotationPolicy: rotation
  }
}

resource wrappingKey 'Microsoft.KeyVault/vaults/keys@2024-11-01' = if (signing == 'wrapped') {
  parent: vault
  name: keyNames.wrapping
  properties: {
    kty: 'RSA'
    keySize: 2048
    keyOps: [
      'wrapKey'
      'unwrapKey'
    ]
    rotationPolicy: rotation
  }
}

resource appSignsRsa 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (signing == 'vault') {
  name: guid(rsaKey.id, appPrincipalId, roles['Key Vault Crypto User'])
  scope: rsaKey
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Key Vault Crypto User'])
  }
}

resource appSignsEllipticCurve 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (signing == 'vault') {
  name: guid(ellipticCurveKey.id, appPrincipalId, roles['Key Vault Crypto User'])
  scope: ellipticCurveKey
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Key Vault Crypto User'])
  }
}

// Narrower than Crypto User: it wraps, unwraps and reads, and cannot sign.
resource appUnwraps 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (signing == 'wrapped') {
  name: guid(wrappingKey.id, appPrincipalId, roles['Key Vault Crypto Service Encryption User'])
  scope: wrappingKey
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Key Vault Crypto Service Encryption User'])
  }
}

// The whole vault, for there is nothing in it but these keys, and a lost one has to be made again.
resource operatorsManageKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for operator in operators: {
  name: guid(vault.id, operator, roles['Key Vault Crypto Officer'])
  scope: vault
  properties: {
    principalId: operator
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Key Vault Crypto Officer'])
  }
}]

// Who used which key, and who tried.
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (logUse) {
  name: 'audit'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'AuditEvent'
        enabled: true
      }
    ]
  }
}

@description('The vault\'s id.')
output id string = vault.id

@description('Where the keys are, spelled as POSTERN_KEY_VAULT wants it.')
output uri string = 'https://${vault.name}${environment().suffixes.keyvaultDns}'
