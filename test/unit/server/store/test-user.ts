import type { TestTable } from '../../../helpers/database.ts';
import { createConnection, createTestStore } from '../../../helpers/test-store.ts';

/** API Gateway's limit on a connection, and the margin of its rows, in milliseconds. */
export const lifetimeMs = 2 * 3600_000 + 600_000;

/** Creates the connections of a user with a limit of two. `on` is the table as they reach it. */
export function createUser(table: TestTable, userId: string, on = table) {
  const limits = { connectionsPerUser: 2 };
  const { clock, store } = createTestStore(table, { limits, dynamoClient: on.dynamoClient });
  const create = (name: string) => createConnection(`${userId}-${name}=`, clock.now, userId);
  const { connections, members } = store;
  return { clock, connections, members, create };
}
