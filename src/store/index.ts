import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Connections, createConnections } from './connections.ts';
import { Log, type LogOptions } from './log.ts';
import { createMembers, type Members } from './members.ts';
import { createTable } from './table.ts';

/** Everything that lasts: one table, in the chat's own words. */
export interface Store {
  readonly connections: Connections;
  readonly members: Members;
  readonly log: Log;
}

/** What a store is made of. */
export interface StoreOptions extends LogOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

/** Opens the store on a table that exists. */
export function createStore({ client, tableName, ...options }: StoreOptions): Store {
  const table = createTable(client, tableName);
  const members = createMembers(table, options.clock);
  return {
    connections: createConnections(table, members, options.clock),
    members,
    log: new Log(table, options),
  };
}
