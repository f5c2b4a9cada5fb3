import { defaultRoom } from '../../../schemas/fields.ts';
import type { Services } from '../services.ts';
import type { ActionContext } from './context.ts';

/**
 * Moves the person's mark forward, at most to the newest event: one set further would hide what is
 * yet to come. The ack tells where it stands. The room hears of it only when it moved.
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
