import type { ErrorCode } from '../../../schemas/errors.ts';
import type { DurableEvent, DurableType } from '../../../schemas/index.ts';
import { ChatError } from '../errors.ts';
import type { Parts } from '../services.ts';
import type { Connection } from '../store/connections.ts';
import type { Draft } from '../store/event-rows.ts';

/** A durable request, made ready to be stored. */
export interface Intent<T extends DurableType> {
  readonly connection: Connection;
  readonly room: string;
  readonly draft: Draft & { readonly type: T };
  /** The client's id: with it, again and again has the effect of once. */
  readonly id: string | undefined;
  /** Why it may not be, as things now stand; nothing where it may. */
  readonly refusal?: ErrorCode | undefined;
}

/**
 * The way of every durable action: stored under the room's next number, then brought to the message
 * that it is about, then delivered, and only then acked. Each step may be done again, so a request
 * that was cut short anywhere is completed by sending it again with its id, refused or not: what
 * refuses it now may be its own effect.
 */
export async function commit<T extends DurableType>(
  { connection, room, draft, id, refusal }: Intent<T>,
  { store, broadcast }: Pick<Parts, 'store' | 'broadcast'>,
): Promise<DurableEvent<T>> {
  const event =
    refusal === undefined
      ? await store.log.append(room, connection, draft, id)
      : id !== undefined && (await store.log.find(room, connection, draft.type, id));
  if (!event) throw new ChatError(refusal ?? 'unavailable');
  await store.messages.apply(event);
  await broadcast(event, { except: connection.connectionId });
  return event as DurableEvent<T>;
}
