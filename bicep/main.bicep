metadata description = 'Postern in one resource group: function app, tables, vault, and what watches over them.'

targetScope = 'resourceGroup'

@description('What all names begin with: lowercase letters and digits, a letter first. A suffix made from the resource group makes them unique in the world.')
@minLength(3)
@maxLength(11)
param name string

@description('The region. Flex Consumption is not everywhere: az functionapp list-flexconsumption-locations tells.')
param location string = resourceGroup().location

@description('Who signs tokens. vault: Key Vault signs each one and the private key never leaves it, which costs an operation (and some milliseconds) for each token. wrapped: Key Vault unwraps the keys when an instance starts and the instance signs in memory, which costs next to nothing, but whoever reads its memory has the key. A change later ends all access tokens and ID tokens at once, for the keys of the other way are no longer published; refresh tokens stay.')
@allowed([
  'vault'
  'wrapped'
])
param signing string = 'vault'

@description('Object ids of the people, groups and pipelines that run postern and infra/deploy: they may read and write the tables, manage the keys, and read the package that runs. Your own: az ad signed-in-user show --query id.')
param operators array = []

@description('The issuer identifier that every client is configured with and every token names: https, no slash at its end. Empty: the custom domain once it has its certificate, else the name that Azure gives the app. Decide before the first client: a change ends all sessions, tokens and registrations of relying parties.')
param issuer string = ''

@description('A name of your own for the server, such as login.example.com. It takes three deployments: (1) without it; then make the DNS records CNAME (to the name that Azure gave the app) and TXT asuid.login (the value of az functionapp show --query customDomainVerificationId); (2) with it; (3) with it and customDomainTls. An apex domain cannot have a CNAME and needs a front end.')
param customDomain string = ''

@description('Whether the custom domain has its certificate, issued and renewed by Azure. False in the one deployment that binds the name, for the certificate is issued to a bound name; true in all deployments after it, for false takes TLS away again.')
param customDomainTls bool = false

@description('Origins whose browser apps may call the endpoints for clients. The platform answers preflights and overwrites what the app says, so this is the only place. The star is what the server says by itself: what counts comes in the request and never in a cookie, and the pages for people need none of this.')
param allowedOrigins array = [
  '*'
]

@description('The lowest version of TLS that callers may speak. 1.3 shuts out clients with old libraries.')
@allowed([
  '1.2'
  '1.3'
])
param minTlsVersion string = '1.2'

@description('Memory of an instance in MB, which is what Flex Consumption charges for. The server needs some 100.')
@allowed([
  512
  2048
  4096
])
param instanceMemory int = 512

@description('The most instances there can be at once: a ceiling for cost, and for what a flood can do to the tables and the vault.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Requests that one instance handles at once before another starts. Most of a request is waiting for storage; hashing a password is not, so many sign-ins at once want fewer.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 32

@description('Instances that are kept running so that nobody waits for a start. Each is charged for around the clock.')
@minValue(0)
@maxValue(100)
param alwaysReady int = 0

@description('Keep three copies of storage in three zones of the region, where it has them, not in one. Choose before the first deployment: storage is moved over on request only. There is no choice of a second region: a copy that lags behind would take codes and refresh tokens that were used already.')
param zoneRedundantStorage bool = false

@description('Spread instances over the zones of the region, where it has them. Azure then keeps two running for http and for each timer, eight in all, and charges for them around the clock without anything free: some 42 dollars a month for 512 MB each, even if nobody logs in.')
param zoneRedundantInstances bool = false

@description('Days until a signing key (or, in wrapped mode, the wrapping key and the keys it wraps) gets a successor. Key Vault takes no less than 7.')
@minValue(7)
@maxValue(730)
param keyRotationDays int = 90

@description('Bring the vault of an earlier deployment back. A deleted vault keeps its name for 90 days, and purge protection lets nobody shorten that, so to deploy again to a group of the same name needs true once. Its keys come back too, and its old network rules: Azure ignores all else that is said of a vault it brings back. So deploy a second time without this.')
param recoverVault bool = false

@description('Reach tables, blobs and vault through private endpoints only. Their public side is off, for operators too: run postern and infra/deploy from a machine in the network. Each endpoint is charged by the hour. The subscription needs the resource provider Microsoft.App.')
param privateNetworking bool = false

@description('The address range of that network; a /24 or larger.')
param addressSpace string = '10.71.0.0/24'

@description('Days that logs are kept; beyond 31 they cost extra.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('GB of logs a day after which no more are taken in until the next: a ceiling for cost, above which alerts see nothing either. 1 is some 20,000 logins a day where the vault signs, so raise it before there are that many. -1 for none.')
@minValue(-1)
param logDailyCap int = 1

@description('Log each write to and delete from the tables, with who did it: an audit trail, at about 1 KB for each, two or three of which there are in a login.')
param logTableChanges bool = false

@description('Log each use of a key, and each refusal. Where the vault signs, that is a line of about 1 KB for each token.')
param logKeyUse bool = true

@description('Collect the app\'s log lines a second time, by the platform beside Application Insights. Each is paid for twice, and the alert about a reused token has two ways to come.')
param logFunctionApp bool = false

@description('Make the alerts: failing requests, slow requests, a throttling vault, reused codes and refresh tokens. Each query costs up to 2 dollars a month.')
param alerts bool = true

@description('Who is told of alerts. Empty: alerts are shown in the portal only.')
param alertEmail string = ''

@description('What one can set beside what this template works out. README.md has the defaults, which apply to whatever is left out here.')
@sealed()
type postern = {
  @description('The name people read on the pages.')
  POSTERN_NAME: string?

  @description('Scope values to announce besides those of OpenID Connect, separated by spaces.')
  POSTERN_SCOPES: string?

  @description('on or off: whether the claims of scopes are left to userinfo.')
  POSTERN_LEAN_ID_TOKEN: string?

  @description('aud of access tokens for clients without one of their own.')
  POSTERN_DEFAULT_AUDIENCE: string?

  @description('From authorization to redemption, such as 60s.')
  POSTERN_CODE_LIFETIME: string?

  @description('Such as 15m. Until then a resource server that verifies offline trusts a revoked token.')
  POSTERN_ACCESS_TOKEN_LIFETIME: string?

  @description('Such as 15m.')
  POSTERN_ID_TOKEN_LIFETIME: string?

  @description('From the last use, such as 30d.')
  POSTERN_REFRESH_TOKEN_LIFETIME: string?

  @description('From the authorization, such as 90d.')
  POSTERN_REFRESH_TOKEN_MAX_LIFETIME: string?

  @description('How long at most a rotated refresh token still yields its successor, such as 10m; 0s turns it off.')
  POSTERN_REFRESH_GRACE: string?

  @description('How long people stay signed in, such as 14d.')
  POSTERN_SESSION_LIFETIME: string?

  @description('How long a registration is remembered, such as 60s.')
  POSTERN_CLIENT_CACHE: string?

  @description('How long a new key is published before it signs, such as 1d. Well below keyRotationDays, or the server does not start.')
  POSTERN_KEY_LEAD: string?

  @description('The header with the address of the person, which a front end of yours overwrites. Without such a front end leave it out: anybody could choose their address.')
  POSTERN_CLIENT_ADDRESS_HEADER: string?
}

@description('Optional settings of the server by their names, such as {"POSTERN_NAME": "Example"}. A name that is not in the list is refused.')
param settings postern = {}

var suffix = uniqueString(resourceGroup().id)
var keyNames = {
  rsa: 'postern-rsa'
  ellipticCurve: 'postern-ec'
  wrapping: 'postern-wrapping'
}

// User-assigned, so that it has its roles before the app first starts and keeps them when the app is made anew.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-${suffix}'
  location: location
}

module monitoring 'monitoring.bicep' = {
  name: 'monitoring'
  params: {
    name: '${name}-${suffix}'
    location: location
    retentionDays: logRetentionDays
    dailyCap: logDailyCap
    appPrincipalId: identity.properties.principalId
  }
}

module storage 'storage.bicep' = {
  name: 'storage'
  params: {
    name: '${name}${suffix}'
    location: location
    zoneRedundant: zoneRedundantStorage
    isPrivate: privateNetworking
    appPrincipalId: identity.properties.principalId
    operators: operators
    workspaceId: monitoring.outputs.workspaceId
    logChanges: logTableChanges
  }
}

module vault 'vault.bicep' = {
  name: 'vault'
  params: {
    name: '${name}${suffix}'
    location: location
    signing: signing
    keyNames: keyNames
    rotationDays: keyRotationDays
    recover: recoverVault
    isPrivate: privateNetworking
    appPrincipalId: identity.properties.principalId
    operators: operators
    workspaceId: monitoring.outputs.workspaceId
    logUse: logKeyUse
  }
}

module network 'network.bicep' = if (privateNetworking) {
  name: 'network'
  params: {
    name: '${name}-${suffix}'
    location: location
    addressSpace: addressSpace
    storageAccountId: storage.outputs.id
    vaultId: vault.outputs.id
  }
}

module app 'app.bicep' = {
  name: 'app'
  params: {
    name: '${name}-${suffix}'
    location: location
    identityId: identity.id
    identityClientId: identity.properties.clientId
    storageAccountName: storage.outputs.name
    packagesContainer: storage.outputs.packagesContainer
    insightsName: monitoring.outputs.insightsName
    subnetId: privateNetworking ? network!.outputs.appSubnetId : ''
    workspaceId: monitoring.outputs.workspaceId
    logLines: logFunctionApp
    allowedOrigins: allowedOrigins
    minTlsVersion: minTlsVersion
    instanceMemory: instanceMemory
    maximumInstanceCount: maximumInstanceCount
    httpConcurrency: httpConcurrency
    alwaysReady: alwaysReady
    zoneRedundant: zoneRedundantInstances
    issuer: empty(issuer) && !empty(customDomain) && customDomainTls ? 'https://${customDomain}' : issuer
    settings: union(settings, {
      POSTERN_STORAGE: storage.outputs.tableEndpoint
      POSTERN_KEY_VAULT: vault.outputs.uri
      POSTERN_SIGNING: signing
      POSTERN_KEY_VAULT_RSA_KEY: keyNames.rsa
      POSTERN_KEY_VAULT_EC_KEY: keyNames.ellipticCurve
      POSTERN_KEY_VAULT_WRAPPING_KEY: keyNames.wrapping
      POSTERN_KEY_ROTATION: '${keyRotationDays}d'
      POSTERN_IDENTITY: 'managed'
      POSTERN_IDENTITY_CLIENT_ID: identity.properties.clientId
    })
  }
}

module domain 'domain.bicep' = if (!empty(customDomain)) {
  name: 'domain'
  params: {
    domain: customDomain
    location: location
    appName: app.outputs.name
    tls: customDomainTls
  }
}

module alerting 'alerts.bicep' = if (alerts) {
  name: 'alerts'
  params: {
    name: '${name}-${suffix}'
    location: location
    email: alertEmail
    workspaceId: monitoring.outputs.workspaceId
    vaultId: vault.outputs.id
  }
}

@description('The function app that the package goes to.')
output FUNCTION_APP_NAME string = app.outputs.name

@description('The issuer identifier: what clients and the command line are configured with.')
output POSTERN_ISSUER string = app.outputs.issuer

@description('Where the tables are, for the command line.')
output POSTERN_STORAGE string = storage.outputs.tableEndpoint

@description('Where the keys are, for the command line.')
output POSTERN_KEY_VAULT string = vault.outputs.uri

@description('Who signs, for the command line.')
output POSTERN_SIGNING string = signing

@description('The account with the packages.')
output DEPLOYMENT_STORAGE_ACCOUNT string = storage.outputs.name

@description('The container with the packages.')
output DEPLOYMENT_CONTAINER string = storage.outputs.packagesContainer
