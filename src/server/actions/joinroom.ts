import { ChatError } from '../errors.ts';
import { fitting } from '../lib/fit-frame.ts';
import { count } from '../observability/invocation.ts';
import type { Parts } from '../services.ts';
import type { Call } from './context.ts';

/**
 * Subscribes first and reads then: what is stored meanwhile is pushed as well, so that a client
 * that drops what it has already seen misses nothing.
 */
export async function joinroom({ request, connection }: Call<'joinroom'>, parts: Parts) {
  const { room, after } = request;
  const { presence, store } = parts;
  const joining = await presence.join(connection, room);
  if (joining === 'ended') throw new ChatError('unauthenticated');
  if (joining === 'full') throw new ChatError('forbidden');
  if (after === undefined) {
    const seq = await store.recovery.newest(room);
    return { room, seq, events: [], more: false, recovered: true };
  }
  const missed = await store.recovery.since(room, after);
  if (!missed.recovered) count('RecoveryIncomplete');
  const events = fitting(missed.events, 'beginning');
  const more = missed.more || events.length < missed.events.length;
  const isAtTheEnd = !more && missed.last > 0;
  const seq = isAtTheEnd ? missed.last : await store.recovery.newest(room);
  return { room, seq, events, more, recovered: missed.recovered };
}
