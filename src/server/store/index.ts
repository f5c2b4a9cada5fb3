import type { DynamoClient } from '../aws/dynamodb.ts';
import { type Connections, createConnections, type Limits } from './connections.ts';
import { EventLog } from './event-log.ts';
import { createMembers, type Members } from './members.ts';
import { createMessages, type Messages } from './messages.ts';
import { createPepper, type Pepper } from './pepper.ts';
import { createReadMarkers, type ReadMarkers } from './read-markers.ts';
import { createRecovery, type Recovery } from './recovery.ts';
import { createRetention } from './retention.ts';
import { createRoomCapacity } from './room-capacity.ts';
import { createTable } from './table.ts';

/** Everything that lasts: one table, in the chat's own words. */
export interface Store {
  readonly connections: Connections;
  readonly members: Members;
  readonly eventLog: EventLog;
  readonly messages: Messages;
  readonly recovery: Recovery;
  readonly readMarkers: ReadMarkers;
  readonly pepper: Pepper;
}

/** What a store is made of. */
export interface StoreOptions {
  readonly dynamoClient: DynamoClient;
  readonly tableName: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Days after which events expire; 0 keeps them for ever. */
  readonly retentionDays: number;
  readonly limits: Limits;
}

/** Opens the store on a table that exists. */
export function createStore(options: StoreOptions): Store {
  const { dynamoClient, tableName, now, retentionDays, limits } = options;
  const table = createTable(dynamoClient, tableName);
  const members = createMembers(table, now);
  const roomCapacity = createRoomCapacity(table, members, now, limits.connectionsPerRoom);
  const retention = createRetention(now, retentionDays);
  return {
    connections: createConnections({ table, members, roomCapacity, limits, now }),
    members,
    eventLog: new EventLog(table, retention, now),
    messages: createMessages(table, retention),
    recovery: createRecovery(table, retention),
    readMarkers: createReadMarkers(table, retention, now),
    pepper: createPepper(table),
  };
}
