import { subscriberOf, subscriptionKey, subscriptionRange } from './keys.ts';
import type { Row, Table } from './table.ts';

/** A person, as an event names them. */
export interface Person {
  readonly userId: string;
  readonly name: string;
}

/** A connection that gets a room's events. */
export interface Subscriber extends Person {
  readonly room: string;
  readonly connectionId: string;
  /** When its connection was opened: milliseconds since 1970. */
  readonly connectedAt: number;
}

/** Who is in a room. */
export interface Members {
  /** Subscribes a connection to a room; again is no harm. */
  add(subscriber: Subscriber): Promise<void>;
  /** Removes one subscription; one that is not there is no error. */
  remove(subscriber: Subscriber): Promise<void>;
  /** Every connection in a room, by person, read page by page as it is asked for. */
  subscribers(room: string): AsyncGenerator<Subscriber, void, undefined>;
}

/** A connection lives for two hours at most; the margin covers clocks and slow handshakes. */
const lifetimeSeconds = 2 * 3600 + 600;

/** When the rows of a connection expire, should nobody tell that it ended: seconds since 1970. */
export const expiryOf = (connectedAt: number) => Math.floor(connectedAt / 1000) + lifetimeSeconds;

/** Keeps subscriptions in the table. */
export function createMembers(table: Table, clock: () => number): Members {
  return {
    async add({ room, userId, connectionId, name, connectedAt }) {
      const key = subscriptionKey(room, userId, connectionId);
      await table.put({ ...key, name, connectedAt, ttl: expiryOf(connectedAt) });
    },

    async remove({ room, userId, connectionId }) {
      await table.remove(subscriptionKey(room, userId, connectionId));
    },

    async *subscribers(room) {
      for await (const row of table.query(subscriptionRange(room))) {
        if (Number(row['ttl']) * 1000 > clock()) yield decode(room, row);
      }
    },
  };
}

function decode(room: string, row: Row): Subscriber {
  const { name, connectedAt } = row as unknown as Subscriber;
  return { room, ...subscriberOf(row.sk), name, connectedAt };
}
