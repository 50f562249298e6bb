import assert from 'node:assert/strict';
import { test } from 'node:test';
import { list, marks, modules, readScript, readSource, table } from '../list-conformance.mjs';

test('every module of the suite has a test, and every mark a module', () => {
  const rows = table(list(), marks());
  assert.ok(rows.length > 90);
  assert.deepEqual(rows.filter(({ tests }) => tests.length === 0).map(({ profile, module }) => `${profile}: ${module}`), []);
  const known = new Set(list().map(({ module }) => module));
  assert.deepEqual(marks().filter(({ module }) => !known.has(module)), []);
});

test('a profile that repeats another one needs tests of its own', () => {
  const rows = modules('# a remark\nBasic OP\n  one\n\nForm Post OP\n  = Basic OP\n');
  const basic = { module: 'one', test: 'A: basic' };
  const ofForms = { module: 'one', profile: 'Form Post OP', test: 'B: form' };
  assert.deepEqual(table(rows, [basic, ofForms]).map(({ tests }) => tests), [['A: basic'], ['B: form']]);
  assert.deepEqual(table(rows, [ofForms]).map(({ tests }) => tests), [[], ['B: form']]);
});

test('marks are read with and without a name', () => {
  const rows = readSource(`
    public class Modules
    {
        [Conformance("one")]
        [Fact]
        public void One() { }

        [Theory, Conformance(Profile = "Form Post OP")]
        [InlineData("two", 1)]
        [InlineData("three", 2)]
        public async Task In_rows(string module, int number) { }

        [Theory]
        [InlineData("four")]
        public void Another(string text) { }
    }`);
  assert.deepEqual(rows.map(({ module, profile, test }) => `${module} ${profile ?? ''} ${test}`), [
    'one  Modules: One',
    'two Form Post OP Modules: In rows',
    'three Form Post OP Modules: In rows',
  ]);
  assert.deepEqual(readScript(`${'test'}('a poll [ciba-one, ciba-two]', () => {});`), [
    { module: 'ciba-one', test: 'a poll' },
    { module: 'ciba-two', test: 'a poll' },
  ]);
});
