import { QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { openOpsTable } from '../../../src/ops/sdk-table.ts';
import { logRange, maxSeq } from '../../../src/server/store/keys.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { createTestServer } from './erasure-fixture.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
  const { store } = createTestServer(table);
  const draft = { type: 'message', id: 'x', message: 'x'.repeat(4_000) } as const;
  for (let count = 0; count < 300; count += 1) {
    await store.eventLog.append('tea', { userId: 'ben', name: 'Ben' }, draft);
  }
});
afterAll(() => table.close());

/** The parameters of a call that reports its read units. */
const createParameters = () =>
  ({ TableName: table.tableName, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }) as const;

/** Opens the table as an operator, and records the wait after each page in milliseconds. */
function recordWaits() {
  const waits: number[] = [];
  const wait = async (ms: number) => waits.push(ms);
  return { waits, opsTable: openOpsTable(table.client, table.tableName, wait) };
}

describe('openOpsTable', () => {
  it('waits a millisecond for each read unit after each page of a room', async () => {
    const { waits, opsTable } = recordWaits();
    const pages = await Array.fromAsync(opsTable.pages(logRange('tea', 'M', 1, maxSeq)));
    expect(pages.length).toBeGreaterThan(1);
    expect(waits).toHaveLength(pages.length);
    const query = new QueryCommand({
      ...createParameters(),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'LOG#tea' },
    });
    const { ConsumedCapacity } = await table.client.send(query);
    expect(waits[0]).toBeGreaterThan(100);
    expect(waits[0]).toBe(ConsumedCapacity?.CapacityUnits);
  });

  it('waits as long in a scan of few attributes', async () => {
    const { waits, opsTable } = recordWaits();
    const pages = await Array.fromAsync(opsTable.scan(['u']));
    expect(Object.keys(pages[0]?.find(({ u }) => u) ?? {}).sort()).toEqual(['pk', 'sk', 'u']);
    expect(waits).toHaveLength(pages.length);
    const { ConsumedCapacity } = await table.client.send(new ScanCommand(createParameters()));
    expect(waits[0]).toBeGreaterThan(100);
    expect(waits[0]).toBe(ConsumedCapacity?.CapacityUnits);
  });
});
