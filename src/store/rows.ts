import type { Event } from '../../schemas/index.ts';
import { seqOf } from './keys.ts';
import type { Person } from './members.ts';
import type { Row } from './table.ts';

/** A durable event before the log has given it its place: what its author asked for. */
export type Draft<E extends Event = Event> = E extends Event
  ? Omit<E, 'room' | 'seq' | 'from' | 'sentAt'>
  : never;

/** A number in a room's log, and when: milliseconds since 1970. */
export interface Slot {
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
  /** The request's id. */
  i: string;
  /** The text. */
  t: string;
  /** The number replied to. */
  r?: number;
  /** Sent at: milliseconds since 1970. */
  at: number;
}

/** What a log row holds beside its key. */
export function encode({ userId, name }: Person, draft: Draft, { sentAt }: Slot): LogAttributes {
  const { id, message, replyTo } = draft;
  return {
    u: userId,
    n: name,
    i: id,
    t: message,
    ...(replyTo !== undefined && { r: replyTo }),
    at: sentAt,
  };
}

/** A log row as the event that was pushed for it. */
export function decode(room: string, row: Row): Event {
  const { u, n, i, t, r, at } = row as unknown as LogAttributes;
  return {
    type: 'message',
    room,
    seq: seqOf(row.sk),
    id: i,
    from: { userId: u, name: n },
    message: t,
    sentAt: new Date(at).toISOString(),
    ...(r !== undefined && { replyTo: r }),
  };
}

/** What stands where a number was given up: no event, and nothing else can be written there. */
export const seal = { sealed: true } as const;

/** Whether a log row is a number that was given up. */
export const isSealed = (row: Row): boolean => 'sealed' in row;
