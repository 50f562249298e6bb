// What host.json lets the Functions host send to Application Insights, by whose volume it is paid.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const { logLevel, applicationInsights } = JSON.parse(readFileSync(new URL('../../host.json', import.meta.url), 'utf8')).logging;
const levels = ['Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical'];

/** As the host's loggers filter: the longest category that a name begins with decides, else the default. */
function isSent(category, level) {
  const prefixes = Object.keys(logLevel).filter(prefix => category.startsWith(prefix));
  const rule = logLevel[prefixes.sort((a, b) => b.length - a.length)[0] ?? 'default'];
  return levels.indexOf(level) >= levels.indexOf(rule);
}

test('every call leaves its record, which the alerts about failing and slow requests count', () => assert.ok(isSent('Host.Results', 'Information')));

test('every line of the server goes along, at whatever level the host takes it for, and none is lost to sampling', () => {
  assert.ok(isSent('Host.Function.Console', 'Information'));
  assert.ok(applicationInsights.samplingSettings.excludedTypes.split(';').includes('Trace'));
});

test('nothing else is said of each call or each start', () => {
  // Executing and Executed; averages; starts; the proxy between host and worker.
  for (const category of ['Function.token', 'Host.Aggregator', 'Host.Startup', 'Microsoft.Azure.WebJobs.Hosting', 'Yarp.ReverseProxy.Forwarder'])
    assert.ok(!isSent(category, 'Information'), category);
  assert.equal(applicationInsights.enableDependencyTracking, false, 'a record of each call that the host forwards to the worker');
  assert.equal(applicationInsights.enablePerformanceCountersCollection, false, 'several records a minute and instance');
});

test('what the host warns of is sent', () => {
  for (const category of ['Function.sweep', 'Function.rotate-keys', 'Host.Startup', 'Host.General', 'Microsoft.Azure.WebJobs.Script'])
    assert.ok(isSent(category, 'Warning') && isSent(category, 'Error'), category);
});
