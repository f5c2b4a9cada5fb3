import type { Dynamo } from '../aws/dynamodb.ts';
import { type Connections, createConnections, type Limits } from './connections.ts';
import { Log } from './event-log.ts';
import { createMembers, type Members } from './members.ts';
import { createMessages, type Messages } from './messages.ts';
import { createPepper, type Pepper } from './pepper.ts';
import { createMarks, type Marks } from './read-markers.ts';
import { createRecovery, type Recovery } from './recovery.ts';
import { createRetention } from './retention.ts';
import { createPlaces } from './room-capacity.ts';
import { createTable } from './table.ts';

/** Everything that lasts: one table, in the chat's own words. */
export interface Store {
  readonly connections: Connections;
  readonly members: Members;
  readonly log: Log;
  readonly messages: Messages;
  readonly recovery: Recovery;
  readonly marks: Marks;
  readonly pepper: Pepper;
}

/** What a store is made of. */
export interface StoreOptions {
  readonly dynamo: Dynamo;
  readonly tableName: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Days after which events expire; 0 keeps them for ever. */
  readonly retentionDays: number;
  readonly limits: Limits;
}

/** Opens the store on a table that exists. */
export function createStore(options: StoreOptions): Store {
  const { dynamo, tableName, clock, retentionDays, limits } = options;
  const table = createTable(dynamo, tableName);
  const members = createMembers(table, clock);
  const places = createPlaces(table, members, clock, limits.connectionsPerRoom);
  const retention = createRetention(clock, retentionDays);
  return {
    connections: createConnections({ table, members, places, limits, clock }),
    members,
    log: new Log(table, retention, clock),
    messages: createMessages(table, retention),
    recovery: createRecovery(table, retention),
    marks: createMarks(table, retention, clock),
    pepper: createPepper(table),
  };
}
