import type { DurableEvent, DurableType, Event, EventType } from '../../schemas/index.ts';
import { isRecord } from './is-record.ts';

/** Each event type, and whether a room's log holds it. The compiler rejects a missing type. */
const durable: { readonly [K in EventType]: K extends DurableType ? true : false } = {
  deleted: true,
  edited: true,
  joined: false,
  left: false,
  message: true,
  reaction: true,
  read: false,
  typing: false,
};

/** Returns whether a room's log holds an event. Only the type decides: newer servers may add fields. */
export const isDurable = (event: Event): event is DurableEvent => durable[event.type];

/**
 * Returns a frame as an event if this version knows its type. It checks only the fields that the
 * client itself uses; the server validates the others against the contract.
 */
export function parseEvent(frame: unknown): Event | undefined {
  if (!isRecord(frame)) return undefined;
  const { type, room, from, seq, sentAt } = frame;
  if (typeof type !== 'string' || !Object.hasOwn(durable, type)) return undefined;
  if (typeof room !== 'string' || !isRecord(from)) return undefined;
  const hasValidTime = typeof sentAt === 'string' && Date.parse(sentAt) > 0;
  const isSequenced = Number.isSafeInteger(seq) && (seq as number) > 0 && hasValidTime;
  // The boundary: from here on, the checked frame counts as an event.
  return isSequenced || !durable[type as EventType] ? (frame as unknown as Event) : undefined;
}
