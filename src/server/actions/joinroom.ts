import { ChatError } from '../errors.ts';
import { takeFitting } from '../lib/fit-frame.ts';
import { addCount } from '../observability/invocation.ts';
import type { Services } from '../services.ts';
import type { ActionContext } from './context.ts';

/**
 * Joins a room and returns the events that the client missed. It subscribes before it reads.
 * Events stored meanwhile are pushed as well, so a client that drops duplicates misses nothing.
 */
export async function joinroom(
  { request, connection }: ActionContext<'joinroom'>,
  services: Services,
) {
  const { room, after } = request;
  const { presence, store } = services;
  const result = await presence.join(connection, room);
  if (result === 'closed') throw new ChatError('unauthenticated');
  if (result === 'full') throw new ChatError('forbidden', { reason: 'full' });
  // Without a reason: unlike a full room, the list gets no space while the client waits.
  if (result === 'too_many_rooms') throw new ChatError('forbidden');
  if (after === undefined) {
    const seq = await store.recovery.lastSeq(room);
    return { room, seq, events: [], more: false, recovered: true };
  }
  const missed = await store.recovery.eventsAfter(room, after);
  if (!missed.recovered) addCount('RecoveryIncomplete');
  const events = takeFitting(missed.events, 'beginning');
  const more = missed.more || events.length < missed.events.length;
  const isAtTheEnd = !more && missed.lastReadSeq > 0;
  const seq = isAtTheEnd ? missed.lastReadSeq : await store.recovery.lastSeq(room);
  return { room, seq, events, more, recovered: missed.recovered };
}
