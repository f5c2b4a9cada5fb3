import type { DynamoClient } from '../../src/server/aws/dynamodb.ts';
import { createStore, type StoreOptions } from '../../src/server/store/index.ts';
import { createTable } from '../../src/server/store/table.ts';
import type { TestTable } from './database.ts';

/** Options of a store under test. */
export interface TestStoreOptions {
  /** @default 90 */
  readonly retentionDays?: number;
  /** Limits that differ from a million. */
  readonly limits?: Partial<StoreOptions['limits']>;
  /** The clock, in milliseconds since 1970. @default a clock of its own */
  readonly clock?: { now: number };
  /** A client in place of the table's. */
  readonly dynamoClient?: DynamoClient;
}

/** Creates a store on a real table, with a clock that the test moves, and the table's own operations. */
export function createTestStore(table: TestTable, options: TestStoreOptions = {}) {
  const { retentionDays = 90, limits, dynamoClient = table.dynamoClient } = options;
  const { clock = { now: Date.UTC(2026, 10, 22) } } = options;
  const most = 1_000_000;
  const store = createStore({
    dynamoClient,
    tableName: table.tableName,
    now: () => clock.now,
    retentionDays,
    limits: {
      connectionsPerUser: most,
      roomsPerConnection: most,
      connectionsPerRoom: most,
      ...limits,
    },
  });
  return { clock, store, rows: createTable(table.dynamoClient, table.tableName) };
}

/** Returns a connection of a user, as `$connect` stores it. */
export const createConnection = (connectionId: string, connectedAt: number, userId = 'aki') => ({
  connectionId,
  userId,
  name: 'Aki',
  connectedAt,
  rooms: new Set(['lobby']),
});
