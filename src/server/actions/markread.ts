import { defaultRoom } from '../../../schemas/fields.ts';
import type { Services } from '../services.ts';
import type { ActionContext } from './context.ts';

/**
 * Advances the user's read marker, at most to the newest event: a higher marker would hide events to
 * come. The ack returns the marker. The room gets an event only if the marker advanced.
 */
export async function markread(
  { request, connection }: ActionContext<'markread'>,
  services: Services,
) {
  const { store, broadcast } = services;
  const { room = defaultRoom } = request;
  const { userId, name, connectionId } = connection;
  const seq = Math.min(request.seq, await store.recovery.lastSeq(room));
  if (seq === 0 || !(await store.readMarkers.advance(userId, room, seq))) {
    return { room, seq: await store.readMarkers.find(userId, room) };
  }
  await broadcast({ type: 'read', room, from: { userId, name }, seq }, { exclude: connectionId });
  return { room, seq };
}
