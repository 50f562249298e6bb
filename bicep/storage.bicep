metadata description = 'The storage account: lasting tables, the package that runs, and what the Functions host keeps for itself.'

@description('The account\'s name: 3 to 24 lowercase letters and digits.')
@minLength(3)
@maxLength(24)
param name string

@description('The region.')
param location string

@description('Three copies in three zones, not in one.')
param zoneRedundant bool

@description('No access but through private endpoints.')
param isPrivate bool

@description('The app\'s identity.')
param appPrincipalId string

@description('Object ids of those who run postern.')
param operators array

@description('The Log Analytics workspace.')
param workspaceId string

@description('Log each change to the tables.')
param logChanges bool

var roles = loadJsonContent('roles.json')

// What a table is for is in src/Storage/SCHEMA.md. Tables of a day come and go with the app's daily sweep.
var lastingTables = [
  'clients'
  'issuers'
  'keys'
  'logins'
  'resources'
  'users'
]

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  kind: 'StorageV2'
  sku: {
    name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
  }
  properties: {
    // An account key would open everything to whoever has it, and names nobody. Nothing here needs one.
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    // A package can be built again from its commit; keeping deleted ones would only cost.
    deleteRetentionPolicy: {
      enabled: false
    }
    containerDeleteRetentionPolicy: {
      enabled: false
    }
    isVersioningEnabled: false
  }
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: 'packages'
  properties: {
    publicAccess: 'None'
  }
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-01-01' = [for table in lastingTables: {
  parent: tableService
  name: table
}]

// The host makes containers of its own for locks and keys, so a container is too narrow a scope for it.
resource appOwnsBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, appPrincipalId, roles['Storage Blob Data Owner'])
  scope: account
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Storage Blob Data Owner'])
  }
}

// Tables of a day are made and dropped by the app, so a table is too narrow.
resource appWritesTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, appPrincipalId, roles['Storage Table Data Contributor'])
  scope: account
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Storage Table Data Contributor'])
  }
}

resource operatorsWriteTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for operator in operators: {
  name: guid(account.id, operator, roles['Storage Table Data Contributor'])
  scope: account
  properties: {
    principalId: operator
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Storage Table Data Contributor'])
  }
}]

// infra/deploy keeps the package that runs, for the way back.
resource operatorsReadPackages 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for operator in operators: {
  name: guid(packages.id, operator, roles['Storage Blob Data Reader'])
  scope: packages
  properties: {
    principalId: operator
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Storage Blob Data Reader'])
  }
}]

resource changeLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (logChanges) {
  name: 'changes'
  scope: tableService
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageWrite'
        enabled: true
      }
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

@description('The account\'s id.')
output id string = account.id

@description('The account\'s name, known once the roles on it are assigned.')
output name string = account.name

@description('Where the tables are, spelled as POSTERN_STORAGE wants it.')
output tableEndpoint string = 'https://${account.name}.table.${environment().suffixes.storage}'

@description('The container that packages are deployed to.')
output packagesContainer string = packages.name
