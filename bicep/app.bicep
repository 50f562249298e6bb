metadata description = 'The function app on Flex Consumption, with its settings.'

@description('What the app and its plan are called.')
@minLength(3)
@maxLength(60)
param name string

@description('The region.')
param location string

@description('The id of the user-assigned identity.')
param identityId string

@description('The client id of the same identity.')
param identityClientId string

@description('The storage account.')
param storageAccountName string

@description('The container that packages are deployed to.')
param packagesContainer string

@description('The Application Insights component.')
param insightsName string

@description('The subnet through which the app calls others; empty for none.')
param subnetId string

@description('The Log Analytics workspace.')
param workspaceId string

@description('Send log lines to the workspace too.')
param logLines bool

@description('Origins whose browser apps may call.')
param allowedOrigins array

@description('The lowest version of TLS.')
@allowed([
  '1.2'
  '1.3'
])
param minTlsVersion string

@description('MB of memory of an instance.')
@allowed([
  512
  2048
  4096
])
param instanceMemory int

@description('The most instances at once.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('Requests at once on one instance.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int

@description('Instances that always run.')
@minValue(0)
param alwaysReady int

@description('Instances in several zones.')
param zoneRedundant bool

@description('The issuer identifier; empty for the name that Azure gives the app.')
param issuer string

@description('Settings of the server, by name.')
param settings object

var effectiveIssuer = empty(issuer) ? 'https://${app.properties.defaultHostName}' : issuer

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageAccountName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: name
  location: location
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    // Linux.
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  kind: 'functionapp,linux'
  tags: {
    'azd-service-name': 'postern'
  }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientCertEnabled: false
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    // Certificates of Flex Consumption belong to the app, and an app made without this can never have one.
    // The service takes it and the published type of the resource does not list it.
    #disable-next-line BCP037
    siteScopedCertificatesEnabled: true
    functionAppConfig: {
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${account.properties.primaryEndpoints.blob}${packagesContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady == 0 ? [] : [
          {
            name: 'http'
            instanceCount: alwaysReady
          }
        ]
        triggers: {
          http: {
            perInstanceConcurrency: httpConcurrency
          }
        }
      }
    }
    siteConfig: {
      minTlsVersion: minTlsVersion
      scmMinTlsVersion: minTlsVersion
      ftpsState: 'Disabled'
      remoteDebuggingEnabled: false
      cors: {
        allowedOrigins: allowedOrigins
        // Sign-in cookies stay with the pages.
        supportCredentials: false
      }
    }
  }
}

// A publishing password would be a way in beside Microsoft Entra.
resource ftp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource scm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

resource appSettings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'appsettings'
  properties: union(settings, {
    // No FUNCTIONS_WORKER_RUNTIME: it is not for Flex Consumption, which goes by functionAppConfig.runtime.
    // No queue and no table endpoint: the host would keep tables of its own among Postern's.
    AzureWebJobsStorage__blobServiceUri: account.properties.primaryEndpoints.blob
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    // Not a secret: the component takes in nothing without a token.
    APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    POSTERN_ISSUER: effectiveIssuer
  })
}

resource lines 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (logLines) {
  name: 'lines'
  scope: app
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'FunctionAppLogs'
        enabled: true
      }
    ]
  }
}

@description('The app\'s name.')
output name string = app.name

@description('The issuer identifier.')
output issuer string = effectiveIssuer
