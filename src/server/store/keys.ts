/**
 * The key of a row in the table: `pk` and `sk`, both strings. This is the map of all keys:
 *
 * | row                                 | pk                  | sk                             |
 * | ----------------------------------- | ------------------- | ------------------------------ |
 * | a connection                        | `CONN#id`           | `CONN`                         |
 * | its subscription to a room          | `ROOM#room`         | `SUB#user#id`                  |
 * | a user's connection                 | `USER#user`         | `CONN#id`                      |
 * | a room's counter                    | `ROOM#room`         | `COUNTER`                      |
 * | the full marker of a room           | `ROOM#room`         | `FULL`                         |
 * | a message in a room's log           | `LOG#room`          | `M` and its seq                |
 * | another durable event there         | `LOG#room`          | `E` and its seq                |
 * | a tombstone in a room's log         | `LOG#room`          | `M` or `E` and its seq         |
 * | a user's reaction to a message      | `LOG#room`          | `R`, its seq, `#user#emoji`    |
 * | the claim on a user's request id    | `CLAIM#room#user`   | `type#id`                      |
 * | a user's read marker in a room      | `USER#user`         | `READ#room`                    |
 * | the pepper of the stage             | `PEPPER`            | `PEPPER`                       |
 *
 * Subscriptions are sorted by user, so a page of members has each user once. A room's log and its
 * members are in two partitions, so writing one never slows down reading the other.
 *
 * DynamoDB deletes rows by their attribute `ttl`, in seconds since 1970, up to two days late.
 */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A range of sort keys in one partition, including both ends. */
export interface Range {
  readonly pk: string;
  readonly from: string;
  readonly to: string;
}

/** DynamoDB's limit of a sort key. */
const maxKeyBytes = 1024;

/** Sorts after every part of a key. */
const highSuffix = '~';

/** Encodes a part of a key. The user id of a token may have any character, `#` and `~` too. */
const encodeKeyPart = (text: string) => encodeURIComponent(text).replaceAll('~', '%7E');

/** The highest seq that fits into a key. */
export const maxSeq = 999_999_999_999;

const padSeq = (seq: number) => String(seq).padStart(12, '0');

/** Returns the key of a connection. */
export const connectionKey = (connectionId: string): Key => ({
  pk: `CONN#${connectionId}`,
  sk: 'CONN',
});

/** Returns the key of a user's connection. */
export const userConnectionKey = (userId: string, connectionId: string): Key => ({
  pk: `USER#${encodeKeyPart(userId)}`,
  sk: `CONN#${connectionId}`,
});

/** Returns the range of a user's connections. */
export const userConnectionRange = (userId: string): Range => ({
  pk: `USER#${encodeKeyPart(userId)}`,
  from: 'CONN#',
  to: `CONN#${highSuffix}`,
});

/** Returns the key of a connection's subscription to a room. */
export const subscriptionKey = (room: string, userId: string, connectionId: string): Key => ({
  pk: `ROOM#${room}`,
  sk: `SUB#${encodeKeyPart(userId)}#${connectionId}`,
});

/** Parses the sort key of a subscription. */
export function parseSubscription(sk: string): { userId: string; connectionId: string } {
  const [, user = '', connectionId = ''] = sk.split('#');
  return { userId: decodeURIComponent(user), connectionId };
}

/** Returns the range of a room's subscriptions: of all users, or of the users after `afterUser`. */
export const subscriptionRange = (room: string, afterUser?: string): Range => ({
  pk: `ROOM#${room}`,
  // `$` sorts right after `#`, so after all connections of that user. A client sends the user id, and it
  // may be any text. Cut it, since DynamoDB rejects longer keys.
  from: afterUser === undefined ? 'SUB#' : `SUB#${encodeKeyPart(afterUser)}$`.slice(0, maxKeyBytes),
  to: `SUB#${highSuffix}`,
});

/** Returns the range of one user's subscriptions to a room. */
export const userSubscriptionRange = (room: string, userId: string): Range => ({
  pk: `ROOM#${room}`,
  from: `SUB#${encodeKeyPart(userId)}#`,
  to: `SUB#${encodeKeyPart(userId)}#${highSuffix}`,
});

/** Returns the key of a room's counter. */
export const counterKey = (room: string): Key => ({ pk: `ROOM#${room}`, sk: 'COUNTER' });

/** Returns the key of a room's full marker. */
export const roomFullKey = (room: string): Key => ({ pk: `ROOM#${room}`, sk: 'FULL' });

/** The key of the stage's pepper. */
export const pepperKey: Key = { pk: 'PEPPER', sk: 'PEPPER' };

/** Returns the key of a seq in a room's log. */
export const logKey = (room: string, prefix: 'M' | 'E', seq: number): Key => ({
  pk: `LOG#${room}`,
  sk: `${prefix}${padSeq(seq)}`,
});

/** Returns a range of a room's log, including both ends: messages, or the other durable events. */
export const logRange = (room: string, prefix: 'M' | 'E', from: number, to: number): Range => ({
  pk: `LOG#${room}`,
  from: `${prefix}${padSeq(Math.min(from, maxSeq))}`,
  to: `${prefix}${padSeq(Math.min(to, maxSeq))}`,
});

/** Returns the key of one user's reaction to a message with one emoji. */
export const reactionKey = (room: string, target: number, userId: string, emoji: string): Key => ({
  pk: `LOG#${room}`,
  sk: `R${padSeq(target)}#${encodeKeyPart(userId)}#${emoji}`,
});

/** Returns the range of reactions to messages from one seq to another, including both. */
export const reactionRange = (room: string, from: number, to: number): Range => ({
  pk: `LOG#${room}`,
  from: `R${padSeq(from)}`,
  to: `R${padSeq(to)}${highSuffix}`,
});

/** Parses the seq of a log row's sort key, or the target seq of a reaction's. */
export const parseSeq = (sk: string): number => Number(sk.slice(1, 13));

/** Returns the key of the claim on a request id. Its scope is one user, room and event type. */
export const claimKey = (room: string, userId: string, type: string, id: string): Key => ({
  pk: `CLAIM#${room}#${encodeKeyPart(userId)}`,
  sk: `${type}#${id}`,
});

/** Parses the sort key of a reaction. */
export function parseReaction(sk: string): { userId: string; emoji: string } {
  const [, user = '', ...emoji] = sk.split('#');
  return { userId: decodeURIComponent(user), emoji: emoji.join('#') };
}

/** Returns the key of a user's read marker in a room. */
export const readMarkerKey = (userId: string, room: string): Key => ({
  pk: `USER#${encodeKeyPart(userId)}`,
  sk: `READ#${room}`,
});

/** A kind of personal data in the table. */
export type PersonalDataKind =
  | 'connection'
  | 'subscription'
  | 'userConnection'
  | 'readMarker'
  | 'claim'
  | 'event'
  | 'reaction';

/** The kind of a row with personal data, and its user if the key has the user id. */
interface PersonalDataRow {
  readonly kind: PersonalDataKind;
  readonly userId?: string;
}

/** Classifies a row by its key. Returns nothing if the row has no personal data. */
export function classifyRow({ pk, sk }: Key): PersonalDataRow | undefined {
  const [partition, name = '', owner = ''] = pk.split('#');
  switch (partition) {
    case 'CONN':
      return { kind: 'connection' };
    case 'USER':
      return {
        kind: sk.startsWith('CONN#') ? 'userConnection' : 'readMarker',
        userId: decodeURIComponent(name),
      };
    case 'CLAIM':
      return { kind: 'claim', userId: decodeURIComponent(owner) };
    case 'LOG':
      return sk.startsWith('R') ? { kind: 'reaction', ...parseReaction(sk) } : { kind: 'event' };
    case 'ROOM':
      return sk.startsWith('SUB#') ? { kind: 'subscription', ...parseSubscription(sk) } : undefined;
    default:
      return undefined;
  }
}

/** Parses the room from the key of a claim or of a log row. */
export const parseRoom = ({ pk }: Key): string => pk.split('#')[1] ?? '';

/** Parses the event type from the sort key of a claim. */
export const claimType = (sk: string): string => sk.split('#')[0] ?? '';
