import assert from 'node:assert/strict';
import { test } from 'node:test';
import { all, attributes, read } from '../list-rfc.mjs';

test('the table of sections has every attribute there is', () => {
  assert.ok(attributes() > 0);
  assert.equal(new Set(all().map(row => row.mark)).size, attributes());
});

test('an attribute of a class counts for each of its tests, one of a test for it alone', () => {
  const rows = read(`
    [Rfc(7009, "2")]
    public sealed class Revocation
    {
        [Fact, Rfc(7009, "2.1"), Spec("OIDC Core", "5.3")]
        public void One() { }

        [Theory]
        [InlineData(1)]
        public async Task Two(int number) { }
    }`);
  assert.deepEqual(
    rows.map(({ name, section, test }) => `${name} ${section} ${test}`),
    ['RFC 7009 2 Revocation.One', 'RFC 7009 2.1 Revocation.One', 'OIDC Core 5.3 Revocation.One', 'RFC 7009 2 Revocation.Two'],
  );
});
