import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../lib/server.mjs';

const digest = path => createHash('sha256').update(readFileSync(path)).digest('hex');

test('the same sources give the same package, wherever and whenever it is made', t => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'postern-package-'));
  t.after(() => rmSync(elsewhere, { recursive: true, force: true }));
  // With the repository, for the version names the commit.
  for (const name of ['.git', 'src', 'infra', 'host.json', 'global.json', '.editorconfig', 'Directory.Build.props', 'Directory.Packages.props'])
    cpSync(join(root, name), join(elsewhere, name), { recursive: true, filter: path => !/\/(node_modules|bin|obj)$/.test(path) });
  const { status, stderr, stdout } = spawnSync(join(elsewhere, 'infra/package'), { encoding: 'utf8', timeout: 600_000 });
  assert.equal(status, 0, stderr + stdout);
  assert.equal(digest(join(elsewhere, 'artifacts/postern.zip')), digest(join(root, 'artifacts/postern.zip')));
});
