import { pageLimit } from '../../schemas/fields.ts';
import {
  personRange,
  type Range,
  subscriberOf,
  subscriptionKey,
  subscriptionRange,
} from './keys.ts';
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
  /** Whether the room was told of them; the automatic subscription to the default room is silent. */
  readonly announced: boolean;
}

/** Who is in a room. */
export interface Members {
  /** Subscribes a connection to a room; again is no harm. */
  add(subscriber: Subscriber): Promise<void>;
  /** Removes one subscription and returns it, if it was there. */
  remove(
    subscriber: Pick<Subscriber, 'room' | 'userId' | 'connectionId'>,
  ): Promise<Subscriber | undefined>;
  /** Every connection in a room, by person, read as it is asked for, so many rows at once. */
  subscribers(room: string, pageSize?: number): AsyncGenerator<Subscriber, void, undefined>;
  /** One person's connections in a room. */
  of(room: string, userId: string): Promise<Subscriber[]>;
  /** A page of the people in a room, each once, and where the next page begins. */
  page(room: string, cursor?: string): Promise<{ members: Person[]; cursor?: string }>;
}

/** A connection lives for two hours at most; the margin covers clocks and slow handshakes. */
const lifetimeSeconds = 2 * 3600 + 600;

/** When the rows of a connection expire, should nobody tell that it ended: seconds since 1970. */
export const expiryOf = (connectedAt: number) => Math.floor(connectedAt / 1000) + lifetimeSeconds;

/** Keeps subscriptions in the table. */
export function createMembers(table: Table, clock: () => number): Members {
  async function* read(room: string, range: Range, pageSize?: number) {
    const reading = pageSize === undefined ? {} : { pageSize };
    for await (const row of table.query(range, reading)) {
      if (Number(row['ttl']) * 1000 > clock()) yield decode(room, row);
    }
  }

  return {
    async add({ room, userId, connectionId, name, connectedAt, announced }) {
      const key = subscriptionKey(room, userId, connectionId);
      const ttl = expiryOf(connectedAt);
      await table.put({ ...key, name, connectedAt, ttl, ...(announced && { announced }) });
    },

    async remove({ room, userId, connectionId }) {
      const row = await table.remove(subscriptionKey(room, userId, connectionId));
      return row && decode(room, row);
    },

    subscribers: (room, pageSize) => read(room, subscriptionRange(room), pageSize),

    of: (room, userId) => Array.fromAsync(read(room, personRange(room, userId))),

    async page(room, cursor) {
      const behind = cursor && Buffer.from(cursor, 'base64url').toString();
      const people = new Map<string, Person>();
      // One connection each is what most have, and one more tells whether there is another page.
      for await (const { userId, name } of read(
        room,
        subscriptionRange(room, behind),
        pageLimit + 1,
      )) {
        if (people.size === pageLimit && !people.has(userId)) {
          const last = [...people.keys()].at(-1) ?? '';
          return { members: [...people.values()], cursor: Buffer.from(last).toString('base64url') };
        }
        if (!people.has(userId)) people.set(userId, { userId, name });
      }
      return { members: [...people.values()] };
    },
  };
}

function decode(room: string, row: Row): Subscriber {
  const { name, connectedAt, announced = false } = row as unknown as Subscriber;
  return { room, ...subscriberOf(row.sk), name, connectedAt, announced };
}
