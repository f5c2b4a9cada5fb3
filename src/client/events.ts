import type { DurableEvent, DurableType, Event, EventType } from '../../schemas/index.ts';

/** Every type of event, and whether it is in a room's log. One that is forgotten fails the compiler. */
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

/** Whether an event is in a room's log: its type tells, whatever fields a newer server may add. */
export const isDurable = (event: Event): event is DurableEvent => durable[event.type];

/**
 * The event that a frame is, if it is one of this version's. Where outside data enters: what the
 * client itself relies on is checked, the rest the server has kept to the contract.
 */
export function parseEvent(frame: unknown): Event | undefined {
  const { type, room, from, seq, sentAt }: Partial<Record<string, unknown>> = Object(frame);
  if (typeof type !== 'string' || !Object.hasOwn(durable, type)) return undefined;
  if (typeof room !== 'string' || Object(from) !== from) return undefined;
  const hasValidTime = typeof sentAt === 'string' && Date.parse(sentAt) > 0;
  const isSequenced = Number.isSafeInteger(seq) && (seq as number) > 0 && hasValidTime;
  return isSequenced || !durable[type as EventType] ? (frame as Event) : undefined;
}
