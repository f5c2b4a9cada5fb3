import type { Room } from '../../../src/client/index.ts';
import type { FakeServer } from '../../helpers/fakes/fake-server.ts';
import { errorReply } from '../../helpers/fakes/replies.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { createAgedClient, minute } from './aged-client.ts';
import {
  advance,
  createTestClient,
  eventually,
  flush,
  join,
  observe,
  useFakeClock,
} from './setup.ts';

useFakeClock();

const refuse = (frame: Frame) => errorReply(frame, 'unavailable', { retryable: true });

/** Returns which connections are open, oldest first. */
const openPeers = ({ peers }: FakeServer) => peers.map(({ isOpen }) => isOpen);

/** Returns the membership actions that a server received, oldest first. */
const membershipActions = ({ received }: FakeServer) =>
  received.frames.map(({ action }) => action).filter((action) => /room$/.test(action));

describe('a leave that fails', () => {
  it('ends the connection when its time is up', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.always('leaveroom', refuse);
    const leaving = observe(room.leave());
    await advance(minute - 200);
    expect([leaving.isSettled, openPeers(server)]).toEqual([false, [true]]);
    await advance(200);
    expect(leaving).toMatchObject({ isSettled: true });
    expect(leaving.error).toBeUndefined();
    await advance(5_000);
    expect(openPeers(server)).toEqual([false, true]);
    expect(server.peer.rooms).toEqual(new Set());
  });

  it('ends the connection when its time is up before the answer to a joinroom', async () => {
    const { server, client } = createTestClient({ sendTimeoutMs: 2_000 });
    await eventually(client.connect());
    server.once('joinroom', () => undefined);
    const abort = new AbortController();
    observe(client.join('tea', { signal: abort.signal }));
    await advance(10);
    abort.abort('enough');
    await advance(5_000);
    expect(openPeers(server)).toEqual([false, true]);
  });

  it('on one of two connections waits for the other one, too', async () => {
    const { server, client, room } = await createAgedClient();
    await join(client, {}, 'milk');
    server.always('joinroom', (frame, peer) =>
      frame['room'] === 'tea' ? server.respond(frame, peer) : refuse(frame),
    );
    await advance(0.5 * minute);
    expect(openPeers(server)).toEqual([true, true]);
    server.once('leaveroom', (frame) => errorReply(frame, 'forbidden'));
    server.once('leaveroom', (frame, peer) => {
      setTimeout(() => peer.send(server.respond(frame, peer)), 1_000);
    });
    const leaving = observe(room.leave());
    const rejoining = observe(client.join('tea'));
    await advance(900);
    expect([leaving.isSettled, rejoining.isSettled]).toEqual([false, false]);
    await advance(200);
    expect(leaving.error?.code).toBe('forbidden');
    expect(rejoining.value).toBeDefined();
    expect(server.peer.rooms).toContain('tea');
  });

  it('resolves when the client is closed, at once', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    server.always('leaveroom', (frame) =>
      errorReply(frame, 'rate_limited', { retryable: true, retryAfterMs: 30_000 }),
    );
    const leaving = observe(room.leave());
    await advance(100);
    observe(client.close());
    await advance(50);
    expect(leaving).toMatchObject({ isSettled: true });
    expect(leaving.error).toBeUndefined();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a join that waits for a leave', () => {
  /** Creates a client that leaves a room, without an answer so far. */
  async function createLeavingClient() {
    const testClient = createTestClient();
    const room = await join(testClient.client);
    testClient.server.always('leaveroom', (frame) =>
      errorReply(frame, 'rate_limited', { retryable: true, retryAfterMs: 30_000 }),
    );
    observe(room.leave());
    await advance(10);
    return testClient;
  }

  it('starts after it, also from a listener to the end of the room', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    const rejoined: Promise<Room>[] = [];
    room.on('end', () => rejoined.push(client.join('tea')));
    const leaving = observe(room.leave());
    await advance(50);
    expect(leaving.isSettled).toBe(true);
    expect(membershipActions(server)).toEqual(['joinroom', 'leaveroom', 'joinroom']);
    expect(server.peer.rooms).toEqual(new Set(['tea']));
    expect((await rejoined[0])?.name).toBe('tea');
  });

  it('gives up when its signal aborts', async () => {
    const { server, client } = await createLeavingClient();
    const abort = new AbortController();
    const joining = observe(client.join('tea', { signal: abort.signal }));
    await advance(10);
    abort.abort('enough');
    await flush();
    expect(joining.error).toBe('enough');
    server.always('leaveroom', server.respond);
    await advance(minute);
    expect(membershipActions(server)).toEqual(['joinroom', 'leaveroom', 'leaveroom']);
  });

  it('fails with closed when the client is closed', async () => {
    const { client } = await createLeavingClient();
    const joining = observe(client.join('tea'));
    await advance(10);
    observe(client.close());
    await flush();
    expect(joining.error?.code).toBe('closed');
  });
});
