import { AzureNamedKeyCredential, TableClient } from '@azure/data-tables';

const epoch = () => Math.floor(Date.now() / 1000);
const absent = error => {
  if (error.statusCode !== 404)
    throw error;
};

/** The table `oidc`, made if it is missing, by a storage connection string. */
export async function connect(connectionString) {
  const parts = Object.fromEntries(connectionString.split(';').filter(Boolean).map(part => {
    const at = part.indexOf('=');
    return [part.slice(0, at), part.slice(at + 1)];
  }));
  const credential = new AzureNamedKeyCredential(parts.AccountName, parts.AccountKey);
  const table = new TableClient(parts.TableEndpoint, 'oidc', credential, { allowInsecureConnection: true });
  await table.createTable();
  return table;
}

/**
 * oidc-provider's adapter over one table: an artifact is one row, partition its id, row its model, so that everything on
 * the way of a token is a point read or a point write. What the provider itself looks at is the JSON in `payload`; `uid`,
 * `userCode` and `grantId` stand beside it for the rare questions that are not by id.
 */
export class TableAdapter {
  constructor(table, model) {
    Object.assign(this, { table, model });
  }

  async upsert(id, payload, expiresIn) {
    const { uid, userCode, grantId } = payload;
    const expiresAt = expiresIn ? epoch() + expiresIn : undefined;
    const row = { partitionKey: id, rowKey: this.model, payload: JSON.stringify(payload), expiresAt, uid, userCode, grantId };
    await this.table.upsertEntity(row, 'Replace');
  }

  async find(id) {
    return this.artifact(await this.table.getEntity(id, this.model).catch(absent));
  }

  findByUid(uid) {
    return this.findBy('uid', uid);
  }

  findByUserCode(userCode) {
    return this.findBy('userCode', userCode);
  }

  async consume(id) {
    await this.table.updateEntity({ partitionKey: id, rowKey: this.model, consumed: epoch() }, 'Merge');
  }

  async destroy(id) {
    await this.table.deleteEntity(id, this.model).catch(absent);
  }

  async revokeByGrantId(grantId) {
    for await (const row of this.rows('grantId', grantId))
      await this.table.deleteEntity(row.partitionKey, row.rowKey).catch(absent);
  }

  async findBy(property, value) {
    for await (const row of this.rows(property, value))
      return this.artifact(row);
  }

  rows(property, value) {
    return this.table.listEntities({ queryOptions: { filter: `${property} eq '${value}' and RowKey eq '${this.model}'` } });
  }

  artifact(row) {
    if (!row || row.expiresAt < epoch())
      return undefined;
    return { ...JSON.parse(row.payload), ...(row.consumed && { consumed: row.consumed }) };
  }
}
