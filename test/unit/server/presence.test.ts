import type { Broadcast, BroadcastResult } from '../../../src/server/delivery/broadcast.ts';
import { createPresence } from '../../../src/server/presence.ts';
import type { Store } from '../../../src/server/store/index.ts';
import type { Subscription } from '../../../src/server/store/members.ts';

const room = 'tea';
const connectedAt = 0;
const connection = {
  connectionId: 'a=',
  userId: 'u',
  name: 'Aki',
  connectedAt,
  rooms: new Set(''),
};
const subscription: Subscription = { ...connection, room, announced: true, nonce: 'n' };

/** Creates presence of a user whose subscriptions are what `read` returns, one result for each read. */
function createPresenceOf(read: () => Subscription[], delivered = 1) {
  const types: string[] = [];
  const broadcast: Broadcast = async ({ type }): Promise<BroadcastResult> => {
    types.push(type);
    return { delivered, gone: 0, failed: 0, enqueued: 0 };
  };
  let reads = 0;
  const forUser = async () => {
    reads += 1;
    return read();
  };
  const store = { connections: { leave: async () => subscription }, members: { forUser } };
  const presence = createPresence({
    store: store as unknown as Pick<Store, 'connections' | 'members'>,
    broadcast,
    presenceLimit: 100,
  });
  return { presence, types, readCount: () => reads };
}

describe('presence', () => {
  it('gives up after eight announcements of a user who joins and leaves all the time', async () => {
    let isThere = true;
    const { presence, types } = createPresenceOf(() => {
      isThere = !isThere;
      return isThere ? [subscription] : [];
    });
    await presence.leave(connection, room);
    expect(types).toEqual(Array.from({ length: 4 }, () => ['left', 'joined']).flat());
  });

  it('verifies an announcement only if it was delivered to a connection', async () => {
    const alone = createPresenceOf(() => [], 0);
    await alone.presence.leave(connection, room);
    expect([alone.types, alone.readCount()]).toEqual([['left'], 1]);
    const together = createPresenceOf(() => []);
    await together.presence.leave(connection, room);
    expect([together.types, together.readCount()]).toEqual([['left'], 2]);
  });
});
