import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Connections, createConnections } from './connections.ts';
import { Log } from './log.ts';
import { createMarks, type Marks } from './marks.ts';
import { createMembers, type Members } from './members.ts';
import { createMessages, type Messages } from './messages.ts';
import { createRecovery, type Recovery } from './recovery.ts';
import { createRetention } from './retention.ts';
import { createTable } from './table.ts';

/** Everything that lasts: one table, in the chat's own words. */
export interface Store {
  readonly connections: Connections;
  readonly members: Members;
  readonly log: Log;
  readonly messages: Messages;
  readonly recovery: Recovery;
  readonly marks: Marks;
}

/** What a store is made of. */
export interface StoreOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Days after which events expire; 0 keeps them for ever. */
  readonly retentionDays: number;
}

/** Opens the store on a table that exists. */
export function createStore({ client, tableName, clock, retentionDays }: StoreOptions): Store {
  const table = createTable(client, tableName);
  const members = createMembers(table, clock);
  const retention = createRetention(clock, retentionDays);
  return {
    connections: createConnections(table, members, clock),
    members,
    log: new Log(table, retention, clock),
    messages: createMessages(table, retention),
    recovery: createRecovery(table, retention),
    marks: createMarks(table, retention, clock),
  };
}
