/**
 * Where everything is in the table. Its one key is `pk` and `sk`, both strings.
 *
 * | what                                | pk                  | sk                          |
 * | ----------------------------------- | ------------------- | --------------------------- |
 * | a connection                        | `CONN#id`           | `CONN`                      |
 * | its subscription to a room          | `ROOM#room`         | `SUB#user#id`               |
 * | that its person has it              | `USER#user`         | `CONN#id`                   |
 * | a room's counter                    | `ROOM#room`         | `COUNTER`                   |
 * | that a room was full when counted   | `ROOM#room`         | `FULL`                      |
 * | a message in a room's log           | `LOG#room`          | `M` and its number          |
 * | another durable event there         | `LOG#room`          | `E` and its number          |
 * | who reacted how to a message        | `LOG#room`          | `R`, its number, `#user#emoji` |
 * | the claim on a person's request id  | `CLAIM#room#user`   | `type#id`                   |
 * | how far a person has read a room    | `USER#user`         | `READ#room`                 |
 * | the stage's pepper                  | `PEPPER`            | `PEPPER`                    |
 *
 * Subscriptions sort by person, so that a page of members names each person once. A log and its
 * room's members are apart, so that writing the one never slows reading the other.
 *
 * DynamoDB expires rows by their attribute `ttl`, seconds since 1970, and is late by up to two days.
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

/** DynamoDB's own limit for a sort key. */
const maxKeyBytes = 1024;

/** Sorts behind every part of a key. */
const highSuffix = '~';

/** A person's id may hold anything, `#` and `~` too, when it comes from a token. */
const encodeKeyPart = (text: string) => encodeURIComponent(text).replaceAll('~', '%7E');

/** The highest number that a key can hold. */
export const maxSeq = 999_999_999_999;

const padSeq = (seq: number) => String(seq).padStart(12, '0');

/** The key of a connection. */
export const connectionKey = (connectionId: string): Key => ({
  pk: `CONN#${connectionId}`,
  sk: 'CONN',
});

/** The key of one of a person's connections. */
export const userConnectionKey = (userId: string, connectionId: string): Key => ({
  pk: `USER#${encodeKeyPart(userId)}`,
  sk: `CONN#${connectionId}`,
});

/** A person's connections. */
export const userConnectionRange = (userId: string): Range => ({
  pk: `USER#${encodeKeyPart(userId)}`,
  from: 'CONN#',
  to: `CONN#${highSuffix}`,
});

/** The key of a connection's subscription to a room. */
export const subscriptionKey = (room: string, userId: string, connectionId: string): Key => ({
  pk: `ROOM#${room}`,
  sk: `SUB#${encodeKeyPart(userId)}#${connectionId}`,
});

/** Whose subscription a sort key stands for. */
export function parseSubscription(sk: string): { userId: string; connectionId: string } {
  const [, user = '', connectionId = ''] = sk.split('#');
  return { userId: decodeURIComponent(user), connectionId };
}

/** The subscriptions to a room, by person: all, or those of people behind one of them. */
export const subscriptionRange = (room: string, afterUser?: string): Range => ({
  pk: `ROOM#${room}`,
  // `$` sorts right behind `#`, and so behind all connections of that person. Who it is comes from
  // outside and may be nobody: a key longer than the engine takes is cut.
  from: afterUser === undefined ? 'SUB#' : `SUB#${encodeKeyPart(afterUser)}$`.slice(0, maxKeyBytes),
  to: `SUB#${highSuffix}`,
});

/** One person's subscriptions to a room. */
export const userSubscriptionRange = (room: string, userId: string): Range => ({
  pk: `ROOM#${room}`,
  from: `SUB#${encodeKeyPart(userId)}#`,
  to: `SUB#${encodeKeyPart(userId)}#${highSuffix}`,
});

/** The key of a room's counter. */
export const counterKey = (room: string): Key => ({ pk: `ROOM#${room}`, sk: 'COUNTER' });

/** The key of the note that a room was full. */
export const roomFullKey = (room: string): Key => ({ pk: `ROOM#${room}`, sk: 'FULL' });

/** The key of the stage's pepper. */
export const pepperKey: Key = { pk: 'PEPPER', sk: 'PEPPER' };

/** The key of a number in a room's log. */
export const logKey = (room: string, kind: 'M' | 'E', seq: number): Key => ({
  pk: `LOG#${room}`,
  sk: `${kind}${padSeq(seq)}`,
});

/** A stretch of a room's log, both ends included: messages, or the other durable events. */
export const logRange = (room: string, kind: 'M' | 'E', from: number, to: number): Range => ({
  pk: `LOG#${room}`,
  from: `${kind}${padSeq(Math.min(from, maxSeq))}`,
  to: `${kind}${padSeq(Math.min(to, maxSeq))}`,
});

/** The key of one person's reaction to a message by one emoji. */
export const reactionKey = (room: string, target: number, userId: string, emoji: string): Key => ({
  pk: `LOG#${room}`,
  sk: `R${padSeq(target)}#${encodeKeyPart(userId)}#${emoji}`,
});

/** The reactions to the messages of a stretch, both ends included. */
export const reactionRange = (room: string, from: number, to: number): Range => ({
  pk: `LOG#${room}`,
  from: `R${padSeq(from)}`,
  to: `R${padSeq(to)}${highSuffix}`,
});

/** The number that the sort key of a log row, or of a reaction, is about. */
export const parseSeq = (sk: string): number => Number(sk.slice(1, 13));

/** The key of the claim on a request id: it is a person's own, in one room, for one kind of event. */
export const claimKey = (room: string, userId: string, type: string, id: string): Key => ({
  pk: `CLAIM#${room}#${encodeKeyPart(userId)}`,
  sk: `${type}#${id}`,
});

/** Whose reaction by which emoji a sort key stands for. */
export function parseReaction(sk: string): { userId: string; emoji: string } {
  const [, user = '', ...emoji] = sk.split('#');
  return { userId: decodeURIComponent(user), emoji: emoji.join('#') };
}

/** The key of how far a person has read a room. */
export const readMarkerKey = (userId: string, room: string): Key => ({
  pk: `USER#${encodeKeyPart(userId)}`,
  sk: `READ#${room}`,
});

/** What is kept of people. */
export type PersonalDataKind =
  | 'connection'
  | 'subscription'
  | 'place'
  | 'mark'
  | 'claim'
  | 'event'
  | 'reaction';

/**
 * What a row keeps of somebody, and whose it is where its key tells; its attributes do else. Nothing
 * where it keeps nothing of anybody.
 */
export function classifyRow({
  pk,
  sk,
}: Key): { kind: PersonalDataKind; userId?: string } | undefined {
  const [place, name = '', owner = ''] = pk.split('#');
  switch (place) {
    case 'CONN':
      return { kind: 'connection' };
    case 'USER':
      return { kind: sk.startsWith('CONN#') ? 'place' : 'mark', userId: decodeURIComponent(name) };
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

/** The room that the key of a claim, or of anything in a log, names. */
export const parseRoom = ({ pk }: Key): string => pk.split('#')[1] ?? '';

/** For which kind of event the sort key of a claim is. */
export const claimType = (sk: string): string => sk.split('#')[0] ?? '';
