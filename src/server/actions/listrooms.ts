import type { Services } from '../services.ts';
import type { ActionContext } from './context.ts';

/** Lists the rooms of a connection, and what is unread in each for its user. */
export async function listrooms({ connection }: ActionContext<'listrooms'>, { store }: Services) {
  const { userId, rooms } = connection;
  const listed = [...rooms].toSorted().map(async (room) => {
    const [seq, read] = await Promise.all([
      store.recovery.lastSeq(room),
      store.readMarkers.find(userId, room),
    ]);
    return { room, seq, read, unread: await store.messages.unread(room, userId, read) };
  });
  return { rooms: await Promise.all(listed) };
}
