import { defaultRoom } from '../../../schemas/fields.ts';
import type { Parts } from '../services.ts';
import type { Call } from './context.ts';

/**
 * Moves the person's mark forward, at most to the newest event: one set further would hide what is
 * yet to come. The ack tells where it stands. The room hears of it only when it moved.
 */
export async function markread({ request, connection }: Call<'markread'>, parts: Parts) {
  const { store, broadcast } = parts;
  const { room = defaultRoom } = request;
  const { userId, name, connectionId } = connection;
  const seq = Math.min(request.seq, await store.recovery.newest(room));
  if (seq === 0 || !(await store.marks.move(userId, room, seq))) {
    return { room, seq: await store.marks.find(userId, room) };
  }
  await broadcast({ type: 'read', room, from: { userId, name }, seq }, { except: connectionId });
  return { room, seq };
}
