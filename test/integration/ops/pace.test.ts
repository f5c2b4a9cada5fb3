import { QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { openOpsTable as openOperators } from '../../../src/ops/sdk-table.ts';
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

/** What the engine says that a call takes, in units. */
const countPages = () =>
  ({ TableName: table.tableName, ConsistentRead: true, ReturnConsumedCapacity: 'TOTAL' }) as const;

/** The table as an operator has it, and for how many milliseconds it waited after each page. */
function recordWaits() {
  const waits: number[] = [];
  const wait = async (ms: number) => waits.push(ms);
  return { waits, operators: openOperators(table.client, table.tableName, wait) };
}

describe('an operator’s reading', () => {
  it('waits after each page of a room, for a millisecond a read unit', async () => {
    const { waits, operators } = recordWaits();
    const pages = await Array.fromAsync(operators.pages(logRange('tea', 'M', 1, maxSeq)));
    expect(pages.length).toBeGreaterThan(1);
    expect(waits).toHaveLength(pages.length);
    const query = new QueryCommand({
      ...countPages(),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'LOG#tea' },
    });
    const { ConsumedCapacity } = await table.client.send(query);
    expect(waits[0]).toBeGreaterThan(100);
    expect(waits[0]).toBe(ConsumedCapacity?.CapacityUnits);
  });

  it('waits as long in looking through the whole table, few though the attributes are', async () => {
    const { waits, operators } = recordWaits();
    const pages = await Array.fromAsync(operators.scan(['u']));
    expect(Object.keys(pages[0]?.find(({ u }) => u) ?? {}).sort()).toEqual(['pk', 'sk', 'u']);
    expect(waits).toHaveLength(pages.length);
    const { ConsumedCapacity } = await table.client.send(new ScanCommand(countPages()));
    expect(waits[0]).toBeGreaterThan(100);
    expect(waits[0]).toBe(ConsumedCapacity?.CapacityUnits);
  });
});
