import type { ErrorCode } from '../../../schemas/errors.ts';
import type { DurableEvent, DurableType } from '../../../schemas/index.ts';
import { ChatError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { Connection } from '../store/connections.ts';
import type { NewEvent } from '../store/event-rows.ts';

/** A durable request, made ready to be stored. */
export interface CommitRequest<T extends DurableType> {
  readonly connection: Connection;
  readonly room: string;
  readonly newEvent: NewEvent & { readonly type: T };
  /** The client's id: with it, again and again has the effect of once. */
  readonly id: string | undefined;
  /** Why it may not be, as things now stand; nothing where it may. */
  readonly rejection?: ErrorCode | undefined;
}

/**
 * The way of every durable action: stored under the room's next number, then brought to the message
 * that it is about, then delivered, and only then acked. Each step may be done again, so a request
 * that was cut short anywhere is completed by sending it again with its id, refused or not: what
 * refuses it now may be its own effect.
 */
export async function commitEvent<T extends DurableType>(
  { connection, room, newEvent, id, rejection }: CommitRequest<T>,
  { store, broadcast }: Pick<Services, 'store' | 'broadcast'>,
): Promise<DurableEvent<T>> {
  const event =
    rejection === undefined
      ? await store.eventLog.append(room, connection, newEvent, id)
      : id !== undefined && (await store.eventLog.find(room, connection, newEvent.type, id));
  if (!event) throw new ChatError(rejection ?? 'unavailable');
  await store.messages.applyEvent(event);
  await broadcast(event, { exclude: connection.connectionId });
  return event as DurableEvent<T>;
}
