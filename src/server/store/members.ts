import { randomBytes } from 'node:crypto';
import { maxPageSize } from '../../../schemas/fields.ts';
import {
  parseSubscription,
  type Range,
  subscriptionKey,
  subscriptionRange,
  userSubscriptionRange,
} from './keys.ts';
import type { Expression, QueryOptions, Row, Table } from './table.ts';

/** A user as events name them. */
export interface User {
  readonly userId: string;
  readonly name: string;
}

/** A connection's subscription to a room. */
export interface Subscriber extends User {
  readonly room: string;
  readonly connectionId: string;
  /** The time of the connect, in milliseconds since 1970. */
  readonly connectedAt: number;
  /** Whether it counts for presence. The automatic subscription to the default room does not. */
  readonly announced: boolean;
}

/** A stored subscription. */
export interface Subscription extends Subscriber {
  /** Identifies this write of the subscription. The next write of the same one has another nonce. */
  readonly nonce: string;
}

/** The fields of a subscriber that a delivery needs, and the eviction of a dead connection. */
export type Recipient = Pick<Subscriber, 'room' | 'userId' | 'connectionId' | 'connectedAt'>;

/** A page of a room's members. */
interface MembersPage {
  readonly members: User[];
  /** The start of the next page, if there is one. */
  readonly cursor?: string;
}

/** The members of rooms. */
export interface Members {
  /** Subscribes a connection to a room. Repeating it is harmless. */
  add(subscriber: Subscriber): Promise<Subscription>;
  /** Removes a subscription and returns it, if there was one. With a nonce, it removes only that one. */
  remove(
    subscription: Pick<Subscription, 'room' | 'userId' | 'connectionId'> & { nonce?: string },
  ): Promise<Subscription | undefined>;
  /** Reads all connections of a room, sorted by user, in pages of `pageSize` rows, on demand. */
  subscribers(room: string, pageSize: number): AsyncGenerator<Recipient[], void, undefined>;
  /** Counts the connections of a room, up to `limit`. */
  count(room: string, limit: number): Promise<number>;
  /** Returns the subscriptions of one user's connections to a room. */
  forUser(room: string, userId: string): Promise<Subscription[]>;
  /** Reads a page of a room's members, each user once. */
  page(room: string, cursor?: string): Promise<MembersPage>;
}

/** Only writes of one subscription at the same time need different nonces. More bytes would cost reads. */
const nonceBytes = 4;

/** API Gateway closes a connection after two hours. The margin is for clocks and slow handshakes. */
const lifetimeSeconds = 2 * 3600 + 600;

/**
 * Returns the expiry of a connection's rows, in seconds since 1970. They expire then if API Gateway
 * never reports the end of the connection.
 */
export const connectionTtl = (connectedAt: number) =>
  Math.floor(connectedAt / 1000) + lifetimeSeconds;

/** Returns whether a connection's row has not expired. DynamoDB deletes expired rows late. */
export const isLive = (row: Row, now: number): boolean => Number(row['ttl']) * 1000 > now;

/** Creates the store of members: a row for each subscription. */
export function createMembers(table: Table, now: () => number): Members {
  const isLiveNow = (row: Row) => isLive(row, now());

  const read = (room: string, range: Range, options?: QueryOptions) =>
    decodeLive(table.query(range, options), room, isLiveNow);

  return {
    add: (subscriber) => add(table, subscriber),

    async remove({ room, userId, connectionId, nonce }) {
      const condition = nonce === undefined ? undefined : hasNonce(nonce);
      const row = await table.remove(subscriptionKey(room, userId, connectionId), condition);
      return row && decodeSubscription(room, row);
    },

    async *subscribers(room, pageSize) {
      const options = { pageSize, attributes: ['connectedAt', 'ttl'] };
      for await (const page of table.pages(subscriptionRange(room), options)) {
        yield page.filter(isLiveNow).map((row) => decodeRecipient(room, row));
      }
    },

    async count(room, limit) {
      let count = 0;
      for await (const page of table.pages(subscriptionRange(room), { attributes: ['ttl'] })) {
        count += page.filter(isLiveNow).length;
        if (count >= limit) return limit;
      }
      return count;
    },

    forUser: (room, userId) => Array.fromAsync(read(room, userSubscriptionRange(room, userId))),

    page(room, cursor) {
      const range = subscriptionRange(room, cursor && decodeCursor(cursor));
      // Most users have one connection. The additional row shows whether there is another page.
      return collectPage(read(room, range, { pageSize: maxPageSize + 1 }));
    },
  };
}

/** Returns the condition on a nonce. A subscription of an earlier version has none, which reads as empty. */
const hasNonce = (nonce: string): Expression =>
  nonce === '' ? { text: 'attribute_not_exists(n)' } : { text: 'n = :n', values: { ':n': nonce } };

async function add(table: Table, subscriber: Subscriber): Promise<Subscription> {
  const { room, userId, connectionId, name, connectedAt, announced } = subscriber;
  const key = subscriptionKey(room, userId, connectionId);
  const nonce = randomBytes(nonceBytes).toString('base64url');
  const ttl = connectionTtl(connectedAt);
  await table.put({ ...key, name, connectedAt, ttl, n: nonce, ...(announced && { announced }) });
  return { room, userId, connectionId, name, connectedAt, announced, nonce };
}

async function* decodeLive(
  rows: AsyncIterable<Row>,
  room: string,
  isLiveNow: (row: Row) => boolean,
): AsyncGenerator<Subscription, void, undefined> {
  for await (const row of rows) if (isLiveNow(row)) yield decodeSubscription(room, row);
}

async function collectPage(subscribers: AsyncIterable<User>): Promise<MembersPage> {
  const users = new Map<string, User>();
  for await (const { userId, name } of subscribers) {
    if (users.size === maxPageSize && !users.has(userId)) {
      return { members: [...users.values()], cursor: encodeCursor([...users.keys()].at(-1) ?? '') };
    }
    if (!users.has(userId)) users.set(userId, { userId, name });
  }
  return { members: [...users.values()] };
}

/** Encodes a cursor: the last user of a page. */
const encodeCursor = (userId: string) => Buffer.from(userId).toString('base64url');
const decodeCursor = (cursor: string) => Buffer.from(cursor, 'base64url').toString();

function decodeRecipient(room: string, row: Row): Recipient {
  const { connectedAt } = row as unknown as Recipient;
  const { userId, connectionId } = parseSubscription(row.sk);
  return { room, userId, connectionId, connectedAt };
}

function decodeSubscription(room: string, row: Row): Subscription {
  const { name, announced = false, n: nonce = '' } = row as unknown as Subscriber & { n?: string };
  return { ...decodeRecipient(room, row), name, announced, nonce };
}
