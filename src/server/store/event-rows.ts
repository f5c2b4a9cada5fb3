import type { MessageSnapshot } from '../../../schemas/events/message.ts';
import type { DurableEvent, DurableType } from '../../../schemas/index.ts';
import { parseSeq } from './keys.ts';
import type { User } from './members.ts';
import type { Row } from './table.ts';

/** A durable event as its author requested it, before the log has given it a seq. */
export type NewEvent<T extends DurableType = DurableType> = {
  [K in T]: Omit<DurableEvent<K>, 'room' | 'seq' | 'from' | 'sentAt'>;
}[T];

/** A seq in a room's log and the time of its allocation, in milliseconds since 1970. */
export interface SeqSlot {
  readonly seq: number;
  /** The clock before the allocation. The write window of the seq starts here. */
  readonly takenAt: number;
  /** The clock after the allocation. Clients get this time. */
  readonly sentAt: number;
}

/**
 * The attributes of a log row. DynamoDB bills both names and values, by the kilobyte. So the names are
 * short, and the key alone has the room and the seq. A message of 900 bytes costs one write unit.
 */
interface LogAttributes {
  /** The author's user id and name. */
  u: string;
  n: string;
  /** The time of sending, in milliseconds since 1970. */
  at: number;
  /** The request id of a message. */
  i: string;
  /** The text. */
  t: string;
  /** The seq of the message that this message replies to. */
  r?: number;
  /** The type of an event that is not a message, and the seq of its target message. */
  k: 'edited' | 'deleted' | 'reaction';
  g: number;
  /** The emoji, and whether the reaction was added. */
  e: string;
  o: boolean;
}

/** The attributes that later events add to the row of a message. */
export interface MessageState {
  /** The text of the last edit, the seq of that edit, and its time in milliseconds since 1970. */
  x?: string;
  xs?: number;
  xa?: number;
  /** The seq of the deletion, and its time in milliseconds since 1970. */
  ds?: number;
  da?: number;
  /** The last time at which a deletion was about to take a seq, in milliseconds since 1970. */
  dp?: number;
  /** The emojis that the message ever had. */
  em?: ReadonlySet<string>;
}

/** The condition that a row is a message, not a tombstone. */
export const messageExists = 'attribute_exists(u)';

/** Returns the key prefix of an event type. History needs a key range with messages only. */
export const keyPrefixOf = (type: DurableType) => (type === 'message' ? 'M' : 'E');

/** Encodes an event as the attributes of its log row, without the key. */
export function encodeEvent({ userId, name }: User, newEvent: NewEvent, { sentAt }: SeqSlot) {
  return { u: userId, n: name, at: sentAt, ...typeAttributes(newEvent) };
}

function typeAttributes(newEvent: NewEvent): Partial<LogAttributes> {
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

/** Decodes a log row to the event that was delivered for it. */
export function decodeEvent(room: string, row: Row): DurableEvent {
  const { u, n, at, i, t, r, k, g, e, o } = row as unknown as LogAttributes;
  const seq = parseSeq(row.sk);
  const from = { userId: u, name: n };
  const sentAt = toIso(at);
  const target = { room, seq, target: g, from };
  switch (k) {
    case 'edited':
      return { type: k, ...target, message: t, sentAt };
    case 'deleted':
      return { type: k, ...target, sentAt };
    case 'reaction':
      return { type: k, ...target, emoji: e, on: o, sentAt };
    default: {
      const reply = r === undefined ? {} : { replyTo: r };
      return { type: 'message', room, seq, id: i, from, message: t, sentAt, ...reply };
    }
  }
}

/**
 * Decodes the row of a message to its current state, without its reactions. A deletion is final: a
 * concurrent edit with a higher seq changes nothing.
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

/** Returns the bytes of the original text and of the last edit, by far the most of a long row. */
export function textBytes(row: Row): number {
  const { t = '' } = row as Partial<LogAttributes>;
  const { x = '' } = row as MessageState;
  return Buffer.byteLength(t) + Buffer.byteLength(x);
}

/** The attributes of a tombstone: the row of an abandoned or erased seq. No event can be
 * written there. */
export const tombstone = { sealed: true } as const;

/**
 * Returns the tombstone that replaces an erased event. It keeps the expiry, and also the time. The time
 * proves that the log reaches back to this seq.
 */
export const tombstoneOf = ({ at, ttl }: Row) => ({
  ...tombstone,
  at,
  ...(ttl !== undefined && { ttl }),
});

/** Returns whether a log row is a tombstone. */
export const isTombstone = (row: Row): boolean => 'sealed' in row;
