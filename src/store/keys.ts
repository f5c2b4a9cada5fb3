/**
 * Where everything is in the table. Its one key is `pk` and `sk`, both strings.
 *
 * | what                                | pk                  | sk                          |
 * | ----------------------------------- | ------------------- | --------------------------- |
 * | a connection                        | `CONN#id`           | `CONN`                      |
 * | its subscription to a room          | `ROOM#room`         | `SUB#user#id`               |
 * | a room's counter                    | `ROOM#room`         | `COUNTER`                   |
 * | a message in a room's log           | `LOG#room`          | `M` and its number          |
 * | another durable event there         | `LOG#room`          | `E` and its number          |
 * | the claim on a person's request id  | `CLAIM#room#user`   | `type#id`                   |
 *
 * Subscriptions sort by person, so that a page of members names each person once. A log and its
 * room's members are apart, so that writing the one never slows reading the other.
 */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A stretch of one partition, both ends included. */
export interface Range {
  readonly pk: string;
  readonly from: string;
  readonly to: string;
}

/** The attribute by which DynamoDB expires rows: seconds since 1970. It is late by up to two days. */
export const ttlAttribute = 'ttl';

/** `~` sorts behind every character that a key part can begin with. */
const last = '~';

/** A person's id may hold anything, `#` too, when it comes from a token. */
const part = encodeURIComponent;

const padded = (seq: number) => String(seq).padStart(12, '0');

/** The key of a connection. */
export const connectionKey = (connectionId: string): Key => ({
  pk: `CONN#${connectionId}`,
  sk: 'CONN',
});

/** The key of a connection's subscription to a room. */
export const subscriptionKey = (room: string, userId: string, connectionId: string): Key => ({
  pk: `ROOM#${room}`,
  sk: `SUB#${part(userId)}#${connectionId}`,
});

/** Whose subscription a sort key stands for. */
export function subscriberOf(sk: string): { userId: string; connectionId: string } {
  const [, user = '', connectionId = ''] = sk.split('#');
  return { userId: decodeURIComponent(user), connectionId };
}

/** All subscriptions to a room, by person. */
export const subscriptionRange = (room: string): Range => ({
  pk: `ROOM#${room}`,
  from: 'SUB#',
  to: `SUB#${last}`,
});

/** The key of a room's counter. */
export const counterKey = (room: string): Key => ({ pk: `ROOM#${room}`, sk: 'COUNTER' });

/** The key of a number in a room's log. */
export const logKey = (room: string, kind: 'M' | 'E', seq: number): Key => ({
  pk: `LOG#${room}`,
  sk: `${kind}${padded(seq)}`,
});

/** The number that a log row's sort key stands for. */
export const seqOf = (sk: string): number => Number(sk.slice(1));

/** The key of the claim on a request id: it is a person's own, in one room, for one kind of event. */
export const claimKey = (room: string, userId: string, type: string, id: string): Key => ({
  pk: `CLAIM#${room}#${part(userId)}`,
  sk: `${type}#${id}`,
});
