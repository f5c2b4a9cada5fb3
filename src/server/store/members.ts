import { maxPageSize } from '../../../schemas/fields.ts';
import {
  parseSubscription,
  type Range,
  subscriptionKey,
  subscriptionRange,
  userSubscriptionRange,
} from './keys.ts';
import type { QueryOptions, Row, Table } from './table.ts';

/** A person, as an event names them. */
export interface User {
  readonly userId: string;
  readonly name: string;
}

/** A connection that gets a room's events. */
export interface Subscriber extends User {
  readonly room: string;
  readonly connectionId: string;
  /** When its connection was opened: milliseconds since 1970. */
  readonly connectedAt: number;
  /** Whether the room was told of them; the automatic subscription to the default room is silent. */
  readonly announced: boolean;
}

/** What of a subscriber is needed to deliver to it, and to forget it when it has ended. */
export type Recipient = Pick<Subscriber, 'room' | 'userId' | 'connectionId' | 'connectedAt'>;

/** Who is in a room. */
export interface Members {
  /** Subscribes a connection to a room; again is no harm. */
  add(subscriber: Subscriber): Promise<void>;
  /** Removes one subscription and returns it, if it was there. */
  remove(
    subscriber: Pick<Subscriber, 'room' | 'userId' | 'connectionId'>,
  ): Promise<Subscriber | undefined>;
  /** Every connection in a room, by person, in pages of so many rows, read as they are asked for. */
  subscribers(room: string, pageSize: number): AsyncGenerator<Recipient[], void, undefined>;
  /** How many connections are in a room; so many, where there are more. */
  count(room: string, limit: number): Promise<number>;
  /** One person's connections in a room. */
  forUser(room: string, userId: string): Promise<Subscriber[]>;
  /** A page of the people in a room, each once, and where the next page begins. */
  page(room: string, cursor?: string): Promise<{ members: User[]; cursor?: string }>;
}

/** A connection lives for two hours at most; the margin covers clocks and slow handshakes. */
const lifetimeSeconds = 2 * 3600 + 600;

/** When the rows of a connection expire, should nobody tell that it ended: seconds since 1970. */
export const connectionTtl = (connectedAt: number) =>
  Math.floor(connectedAt / 1000) + lifetimeSeconds;

/** Keeps subscriptions in the table. */
export function createMembers(table: Table, now: () => number): Members {
  const isLive = (row: Row) => Number(row['ttl']) * 1000 > now();

  async function* read(room: string, range: Range, reading?: QueryOptions) {
    for await (const row of table.query(range, reading))
      if (isLive(row)) yield decodeSubscriber(room, row);
  }

  return {
    async add({ room, userId, connectionId, name, connectedAt, announced }) {
      const key = subscriptionKey(room, userId, connectionId);
      const ttl = connectionTtl(connectedAt);
      await table.put({ ...key, name, connectedAt, ttl, ...(announced && { announced }) });
    },

    async remove({ room, userId, connectionId }) {
      const row = await table.remove(subscriptionKey(room, userId, connectionId));
      return row && decodeSubscriber(room, row);
    },

    async *subscribers(room, pageSize) {
      const reading = { pageSize, attributes: ['connectedAt', 'ttl'] };
      for await (const page of table.pages(subscriptionRange(room), reading)) {
        yield page.filter(isLive).map((row) => decodeRecipient(room, row));
      }
    },

    async count(room, limit) {
      let count = 0;
      for await (const page of table.pages(subscriptionRange(room), { attributes: ['ttl'] })) {
        count += page.filter(isLive).length;
        if (count >= limit) return limit;
      }
      return count;
    },

    forUser: (room, userId) => Array.fromAsync(read(room, userSubscriptionRange(room, userId))),

    async page(room, cursor) {
      const afterUser = cursor && Buffer.from(cursor, 'base64url').toString();
      const users = new Map<string, User>();
      // One connection each is what most have, and one more tells whether there is another page.
      const range = subscriptionRange(room, afterUser);
      for await (const { userId, name } of read(room, range, { pageSize: maxPageSize + 1 })) {
        if (users.size === maxPageSize && !users.has(userId)) {
          const last = [...users.keys()].at(-1) ?? '';
          return { members: [...users.values()], cursor: Buffer.from(last).toString('base64url') };
        }
        if (!users.has(userId)) users.set(userId, { userId, name });
      }
      return { members: [...users.values()] };
    },
  };
}

function decodeRecipient(room: string, row: Row): Recipient {
  const { connectedAt } = row as unknown as Recipient;
  const { userId, connectionId } = parseSubscription(row.sk);
  return { room, userId, connectionId, connectedAt };
}

function decodeSubscriber(room: string, row: Row): Subscriber {
  const { name, announced = false } = row as unknown as Subscriber;
  return { ...decodeRecipient(room, row), name, announced };
}
