metadata description = 'What somebody should be told of.'

@description('What the names of the alerts begin with.')
@minLength(2)
@maxLength(60)
param name string

@description('The region.')
param location string

@description('Who is told; empty for nobody.')
param email string

@description('The Log Analytics workspace.')
param workspaceId string

@description('The vault.')
param vaultId string

@description('Percentage of requests that may fail by the server\'s own fault (5xx). One or two in a quarter of an hour are not told of.')
@minValue(1)
@maxValue(100)
param failingPercent int = 5

@description('Milliseconds within which 95 of 100 requests should be answered. A start takes a second or two. One or two that take longer are not told of.')
@minValue(100)
param slowMilliseconds int = 3000

var actionGroups = empty(email) ? [] : [
  people.id
]

var queries = [
  {
    name: 'failing'
    description: 'Several requests end in a 5xx. Run postern doctor, and look at the exceptions in Application Insights.'
    severity: 1
    window: 'PT15M'
    threshold: failingPercent
    // A team's server has a handful of requests in a window, so it is failures that have to be several, not requests. Under
    // load one record stands for ItemCount requests.
    query: '''
AppRequests
| summarize Requests = sum(ItemCount), Failed = sumif(ItemCount, toint(ResultCode) >= 500)
| where Failed >= 3
| project Value = 100.0 * Failed / Requests
'''
  }
  {
    name: 'slow'
    description: 'Several requests take long. The tables or the vault answer slowly, or instances start all the time: see alwaysReady.'
    severity: 2
    window: 'PT15M'
    threshold: 5
    query: replace('''
AppRequests
| where toint(ResultCode) > 0
| summarize Requests = sum(ItemCount), Slow = sumif(ItemCount, DurationMs > LIMIT)
| where Slow >= 3
| project Value = 100.0 * Slow / Requests
''', 'LIMIT', string(slowMilliseconds))
  }
  {
    name: 'reuse'
    description: 'A code or a refresh token was used twice and its grant revoked: it was copied, or a client does not keep its newest one. The line names grant and client.'
    severity: 1
    window: 'PT15M'
    threshold: 0
    // The line is in src/Server/Host/RefusalLog.cs. It comes here by one way or two.
    query: '''
union isfuzzy=true (AppTraces | project TimeGenerated, Message), (FunctionAppLogs | project TimeGenerated, Message)
| where Message matches regex @"Grant \S+ of client .+ revoked: "
| summarize Value = todouble(dcount(extract(@"Grant (\S+) of client", 1, Message)))
'''
  }
  {
    name: 'blind'
    description: 'The day\'s logs are full (logDailyCap), and until tomorrow no other alert sees anything. Somebody may want that.'
    severity: 1
    window: 'PT1H'
    threshold: 0
    query: '''
_LogOperation
| where Category =~ "Ingestion" and Detail has "OverQuota"
| summarize Value = todouble(count())
'''
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: name
  location: 'global'
  properties: {
    groupShortName: 'postern'
    enabled: true
    emailReceivers: [
      {
        name: 'operators'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for query in queries: {
  name: '${name}-${query.name}'
  location: location
  properties: {
    displayName: 'Postern: ${query.name}'
    description: query.description
    severity: query.severity
    enabled: true
    scopes: [
      workspaceId
    ]
    evaluationFrequency: query.window
    windowSize: query.window
    autoMitigate: true
    // Some tables are there only once something was logged to them.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: query.query
          metricMeasureColumn: 'Value'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: query.threshold
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: actionGroups
    }
  }
}]

resource throttling 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${name}-throttling'
  location: 'global'
  properties: {
    description: 'The vault refuses operations because there are too many (429). Sign with wrapped keys, or spread clients over RSA and EC keys.'
    severity: 1
    enabled: true
    scopes: [
      vaultId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'throttled'
          metricNamespace: 'Microsoft.KeyVault/vaults'
          metricName: 'ServiceApiResult'
          dimensions: [
            {
              name: 'StatusCode'
              operator: 'Include'
              values: [
                '429'
              ]
            }
          ]
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [for group in actionGroups: {
      actionGroupId: group
    }]
  }
}
