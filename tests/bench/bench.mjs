// Postern and oidc-provider in turns on one core; see the script beside it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostern as startLocal } from '../Interop/lib/server.mjs';
import { Lane, operations } from './operations.mjs';
import { startPeer, startPostern } from './subjects.mjs';

const rounds = Number(process.argv[2] ?? 5);
const scale = Number(process.argv[3] ?? 1);
const lanesEach = 4;

const median = values => values.toSorted((a, b) => a - b)[values.length >> 1];

async function lanesOf(subject, { prepare }) {
  const lanes = Array.from({ length: lanesEach }, () => new Lane(subject));
  for (const lane of lanes)
    await prepare?.(lane);
  return lanes;
}

/** Microseconds of the server's CPU for one operation. */
async function measure(subject, lanes, { once, count }) {
  const each = Math.ceil((count * scale) / lanes.length);
  const before = subject.cpu();
  await Promise.all(lanes.map(async lane => {
    for (let i = 0; i < each; i++)
      await once(lane);
  }));
  return (subject.cpu() - before) / (each * lanes.length);
}

async function compare(operation, postern, peer) {
  const both = [postern, peer].map(subject => ({ subject, times: [] }));
  for (const one of both) {
    one.lanes = await lanesOf(one.subject, operation);
    await measure(one.subject, one.lanes, operation);
  }
  for (let round = 0; round < rounds; round++)
    for (const { subject, lanes, times } of round % 2 ? both.toReversed() : both)
      times.push(await measure(subject, lanes, operation));
  for (const { lanes } of both)
    lanes.forEach(lane => lane.close());
  return both.map(({ times }) => times);
}

function row(name, target, [postern, peer]) {
  const [ratio, best] = [median, values => Math.min(...values)].map(pick => pick(postern) / pick(peer));
  const microseconds = [postern, peer].map(times => median(times).toFixed(0).padStart(10));
  const verdict = ratio <= target ? 'OK' : 'over';
  return `${name.padEnd(30)}${microseconds.join('')}${ratio.toFixed(2).padStart(8)}${best.toFixed(2).padStart(8)}${target.toFixed(2).padStart(8)}  ${verdict}`;
}

const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
const local = await startLocal({ folder, vault: 'wrap' });
const subjects = [];
const started = async starting => (subjects.push(await starting), subjects.at(-1));
try {
  const postern = await started(startPostern(local));
  const [peer, inMemory] = [await started(startPeer(local.storage)), await started(startPeer())];
  console.log(`server CPU for one operation in µs, medians of ${rounds} rounds in turns; best: the ratio of the best rounds`);
  console.log(`${'operation'.padEnd(30)}${'Postern'.padStart(10)}${'peer'.padStart(10)}${'ratio'.padStart(8)}${'best'.padStart(8)}${'target'.padStart(8)}`);
  for (const [name, operation] of Object.entries(operations))
    console.log(row(name, operation.target, await compare(operation, postern, operation.inMemory ? inMemory : peer)));
} finally {
  for (const subject of subjects)
    await subject.stop();
  await local.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}
