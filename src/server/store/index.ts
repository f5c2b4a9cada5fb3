import type { DynamoClient } from '../aws/dynamodb.ts';
import { type Connections, createConnections, type Limits } from './connections.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import { createMembers, type Members } from './members.ts';
import { createMessages, type Messages } from './messages.ts';
import { createPepper, type Pepper } from './pepper.ts';
import { createReadMarkers, type ReadMarkers } from './read-markers.ts';
import { createRecovery, type Recovery } from './recovery.ts';
import { createRetention } from './retention.ts';
import { createRoomCapacity } from './room-capacity.ts';
import { createTable } from './table.ts';

/** All state that outlives an invocation: one table, in the terms of the chat. */
export interface Store {
  readonly connections: Connections;
  readonly members: Members;
  readonly eventLog: EventLog;
  readonly messages: Messages;
  readonly recovery: Recovery;
  readonly readMarkers: ReadMarkers;
  readonly pepper: Pepper;
}

/** The options of a store. */
export interface StoreOptions {
  readonly dynamoClient: DynamoClient;
  readonly tableName: string;
  /** Returns milliseconds since 1970. */
  readonly now: () => number;
  /** Days until events expire. With 0 they never expire. */
  readonly retentionDays: number;
  readonly limits: Limits;
}

/** Creates the store of an existing table. */
export function createStore(options: StoreOptions): Store {
  const { dynamoClient, tableName, now, retentionDays, limits } = options;
  const table = createTable(dynamoClient, tableName);
  const members = createMembers(table, now);
  const roomCapacity = createRoomCapacity(table, members, now, limits.connectionsPerRoom);
  const retention = createRetention(now, retentionDays);
  return {
    connections: createConnections({ table, members, roomCapacity, limits, now }),
    members,
    eventLog: createEventLog({ table, retention, now }),
    messages: createMessages(table, retention, now),
    recovery: createRecovery(table, retention),
    readMarkers: createReadMarkers(table, retention, now),
    pepper: createPepper(table),
  };
}
