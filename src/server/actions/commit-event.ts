import type { DurableEvent, DurableType } from '../../../schemas/index.ts';
import type { Services } from '../services.ts';
import type { Connection } from '../store/connections.ts';
import type { Check } from '../store/event-log.ts';
import type { NewEvent } from '../store/event-rows.ts';

/** A durable request that is ready to be stored. */
export interface CommitRequest<T extends DurableType> {
  readonly connection: Connection;
  readonly room: string;
  readonly newEvent: NewEvent & { readonly type: T };
  /** The client's request id. Retries with the same id have one effect. */
  readonly id: string | undefined;
  /** Decides whether the current state allows the request. @default allows every request */
  readonly check?: Check | undefined;
}

/**
 * Commits a durable request. It stores the event under the next seq of the room. It then applies the
 * event to the message that it is about, and broadcasts it. The ack comes last. Every step can be repeated, so a
 * retry with the same id completes a request that was cut short. That holds for a rejected one, too:
 * the reason may be the request's own effect.
 */
export async function commitEvent<T extends DurableType>(
  { connection, room, newEvent, id, check }: CommitRequest<T>,
  { store, broadcast }: Pick<Services, 'store' | 'broadcast'>,
): Promise<DurableEvent<T>> {
  const event = await store.eventLog.append(room, connection, newEvent, { id, check });
  await store.messages.applyEvent(event);
  await broadcast(event, { exclude: connection.connectionId });
  return event as DurableEvent<T>;
}
