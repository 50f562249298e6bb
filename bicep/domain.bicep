metadata description = 'A domain of your own for the function app. The DNS records CNAME and TXT asuid must exist before.'

@description('The domain.')
@minLength(4)
@maxLength(253)
param domain string

@description('The region.')
param location string

@description('The function app.')
param appName string

@description('False binds the name, true certifies it and binds it with its certificate.')
param tls bool

resource app 'Microsoft.Web/sites@2024-11-01' existing = {
  name: appName
}

resource certificate 'Microsoft.Web/sites/certificates@2024-11-01' = if (tls) {
  parent: app
  name: replace(domain, '.', '-')
  location: location
  properties: {
    canonicalName: domain
  }
}

// Azure issues a certificate to a bound name only, and binding the name again without one takes TLS away for as long as the
// next one takes: hence two deployments, and not two bindings in one.
resource binding 'Microsoft.Web/sites/hostNameBindings@2024-11-01' = {
  parent: app
  name: domain
  properties: {
    hostNameType: 'Verified'
    customHostNameDnsRecordType: 'CName'
    sslState: tls ? 'SniEnabled' : 'Disabled'
    thumbprint: tls ? certificate!.properties.thumbprint : null
  }
}
