import type { MessageSnapshot } from '../../../schemas/events/message.ts';
import type { DurableEvent, DurableType } from '../../../schemas/index.ts';
import { parseSeq } from './keys.ts';
import type { User } from './members.ts';
import type { Row } from './table.ts';

/** A durable event before the log has given it its place: what its author asked for. */
export type NewEvent<T extends DurableType = DurableType> = {
  [K in T]: Omit<DurableEvent<K>, 'room' | 'seq' | 'from' | 'sentAt'>;
}[T];

/** A number in a room's log, and when: milliseconds since 1970. */
export interface SeqSlot {
  readonly seq: number;
  /** Read before the number was taken: the number may be written for so long after it. */
  readonly takenAt: number;
  /** Read after the number was taken: what clients are told. */
  readonly sentAt: number;
}

/**
 * The attributes of a log row. DynamoDB bills names as well as values, by the kilobyte, so names
 * are short, and the room and the number are left to the key: a message of 900 bytes is one unit.
 */
interface LogAttributes {
  /** The author's user id and name. */
  u: string;
  n: string;
  /** Sent at: milliseconds since 1970. */
  at: number;
  /** A message's request id. */
  i: string;
  /** The text. */
  t: string;
  /** The number replied to. */
  r?: number;
  /** The type of an event that is no message, and the number of the message it is about. */
  k: 'edited' | 'deleted' | 'reaction';
  g: number;
  /** The emoji, and whether it is put on. */
  e: string;
  o: boolean;
}

/** What a message's row bears beside what was sent, as later events have left it. */
export interface MessageState {
  /** The text as it was edited last, the number of that edit, and when: milliseconds since 1970. */
  x?: string;
  xs?: number;
  xa?: number;
  /** The number of the event that deleted it, and when: milliseconds since 1970. */
  ds?: number;
  da?: number;
  /** The emojis that were ever put on it. */
  em?: ReadonlySet<string>;
}

/** Messages have a stretch of keys of their own, for history; the other events share one. */
export const keyPrefixOf = (type: DurableType) => (type === 'message' ? 'M' : 'E');

/** What a log row holds beside its key. */
export function encodeEvent({ userId, name }: User, newEvent: NewEvent, { sentAt }: SeqSlot) {
  return { u: userId, n: name, at: sentAt, ...attributes(newEvent) };
}

function attributes(newEvent: NewEvent): Partial<LogAttributes> {
  switch (newEvent.type) {
    case 'message': {
      const { id, message, replyTo } = newEvent;
      return { i: id, t: message, ...(replyTo !== undefined && { r: replyTo }) };
    }
    case 'edited':
      return { k: newEvent.type, g: newEvent.target, t: newEvent.message };
    case 'deleted':
      return { k: newEvent.type, g: newEvent.target };
    case 'reaction':
      return { k: newEvent.type, g: newEvent.target, e: newEvent.emoji, o: newEvent.on };
  }
}

/** A log row as the event that was pushed for it. */
export function decodeEvent(room: string, row: Row): DurableEvent {
  const { u, n, at, i, t, r, k, g, e, o } = row as unknown as LogAttributes;
  const seq = parseSeq(row.sk);
  const from = { userId: u, name: n };
  const sentAt = toIso(at);
  const about = { room, seq, target: g, from };
  switch (k) {
    case 'edited':
      return { type: k, ...about, message: t, sentAt };
    case 'deleted':
      return { type: k, ...about, sentAt };
    case 'reaction':
      return { type: k, ...about, emoji: e, on: o, sentAt };
    default: {
      const reply = r === undefined ? {} : { replyTo: r };
      return { type: 'message', room, seq, id: i, from, message: t, sentAt, ...reply };
    }
  }
}

/**
 * A message's row as the message now stands, without its reactions. A deletion is final: an edit
 * that raced with it and has a higher number changes nothing.
 */
export function decodeMessage(room: string, row: Row): MessageSnapshot {
  const { x, xs = 0, xa, ds, da } = row as MessageState;
  const wasEdited = xa !== undefined && (ds === undefined || xs < ds);
  const message = decodeEvent(room, row) as DurableEvent<'message'>;
  return {
    ...message,
    message: da === undefined ? (x ?? message.message) : '',
    ...(wasEdited && { editedAt: toIso(xa) }),
    ...(da !== undefined && { deletedAt: toIso(da) }),
  };
}

const toIso = (at: number) => new Date(at).toISOString();

/** Bytes of what was said, as sent and as edited last: by far the most of a long row. */
export function textBytes(row: Row): number {
  const { t = '' } = row as Partial<LogAttributes>;
  const { x = '' } = row as MessageState;
  return Buffer.byteLength(t) + Buffer.byteLength(x);
}

/** What stands where a number was given up: no event, and nothing else can be written there. */
export const tombstone = { sealed: true } as const;

/**
 * What stands where an event was erased: a number that was given up. It keeps when that was, by which it
 * vouches that the log reaches back so far, and when it expires.
 */
export const tombstoneOf = ({ at, ttl }: Row) => ({
  ...tombstone,
  at,
  ...(ttl !== undefined && { ttl }),
});

/** Whether a log row is a number that was given up. */
export const isTombstone = (row: Row): boolean => 'sealed' in row;
