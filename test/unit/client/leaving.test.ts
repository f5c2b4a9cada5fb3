import type { FakeServer } from '../../helpers/fakes/fake-server.ts';
import { errorReply } from '../../helpers/fakes/replies.ts';
import { createReconnectingClient } from './joined-client.ts';
import {
  advance,
  createTestClient,
  eventually,
  join,
  observe,
  type TestClient,
  useFakeClock,
} from './setup.ts';

useFakeClock();

/** Handles the next join `ms` milliseconds after it has arrived. */
function delayJoin(server: FakeServer, ms: number): void {
  server.once('joinroom', (frame, peer) => {
    setTimeout(() => peer.send(server.respond(frame, peer)), ms);
  });
}

/** Sends a ping each second. The connection is not silent then. */
async function keepAlive({ client }: TestClient, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1)
    await eventually(client.request('ping', {}), 1_000);
}

/** Returns the membership actions that a server received, oldest first. */
const membershipActions = (server: FakeServer) =>
  server.received.frames.map(({ action }) => action).filter((action) => /room$/.test(action));

describe('a leave while a joinroom is on its way', () => {
  it('waits for its answer after an aborted join', async () => {
    const { server, client } = createTestClient();
    await eventually(client.connect());
    delayJoin(server, 100);
    const abort = new AbortController();
    const joining = observe(client.join('tea', { signal: abort.signal }));
    await advance(10);
    abort.abort('enough');
    await advance(50);
    expect(joining.error).toBe('enough');
    expect(membershipActions(server)).toEqual(['joinroom']);
    await advance(100);
    expect(membershipActions(server)).toEqual(['joinroom', 'leaveroom']);
    expect(server.peer.rooms).toEqual(new Set());
    expect(server.peers).toHaveLength(1);
  });

  it('waits for its answer after a reconnect', async () => {
    const { server, room, letIn } = await createReconnectingClient();
    const leaving = observe(room.leave());
    await advance(50);
    expect([leaving.isSettled, membershipActions(server).at(-1)]).toEqual([false, 'joinroom']);
    letIn();
    await advance(10);
    expect(leaving).toMatchObject({ isSettled: true });
    expect(membershipActions(server).at(-1)).toBe('leaveroom');
    expect(server.peer.rooms).toEqual(new Set());
  });

  it('waits for its answer while the log is read for a missing event', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    delayJoin(server, 100);
    server.allocateSeq();
    server.publish();
    await advance(250);
    const leaving = observe(room.leave());
    await advance(10);
    expect(leaving.isSettled).toBe(false);
    await advance(100);
    expect(leaving).toMatchObject({ isSettled: true });
    expect(server.peer.rooms).toEqual(new Set());
  });

  it('resolves when the connection is lost instead', async () => {
    const { server, room } = await createReconnectingClient();
    const leaving = observe(room.leave());
    await advance(10);
    server.peer.close();
    await advance(2_000);
    expect(leaving).toMatchObject({ isSettled: true });
    expect(leaving.error).toBeUndefined();
    expect(server.requests('joinroom', server.peer)).toEqual([]);
    expect(membershipActions(server)).not.toContain('leaveroom');
  });

  it('delays a join of the same room', async () => {
    const { server, client, room, letIn } = await createReconnectingClient();
    observe(room.leave());
    const rejoining = observe(client.join('tea'));
    await advance(100);
    letIn();
    await advance(50);
    expect(membershipActions(server).slice(-3)).toEqual(['joinroom', 'leaveroom', 'joinroom']);
    expect(rejoining.value).toBeDefined();
    expect(server.peer.rooms).toEqual(new Set(['tea']));
  });
});

describe('a leave after a joinroom that was not answered in time', () => {
  const requestTimeoutMs = 2_000;

  it('ends the connection, since the server may still handle it', async () => {
    const testClient = createTestClient({ requestTimeoutMs });
    const { server, client } = testClient;
    await eventually(client.connect());
    delayJoin(server, 60_000);
    const abort = new AbortController();
    observe(client.join('tea', { signal: abort.signal }));
    await keepAlive(testClient, 1);
    abort.abort('enough');
    await keepAlive(testClient, 5);
    expect(membershipActions(server)).toEqual(['joinroom']);
    expect(server.peers.map(({ isOpen }) => isOpen)).toEqual([false, true]);
    await keepAlive(testClient, 60);
    expect(server.peer.rooms).toEqual(new Set());
    expect(server.peers).toHaveLength(2);
  });

  it('ends the connection even if a second joinroom was answered', async () => {
    const testClient = createTestClient({ requestTimeoutMs });
    const { server, client } = testClient;
    await eventually(client.connect());
    delayJoin(server, 60_000);
    const joining = observe(client.join('tea'));
    await keepAlive(testClient, 5);
    expect((await eventually(joining.value?.leave() ?? Promise.reject())).error).toBeUndefined();
    await keepAlive(testClient, 60);
    expect(server.peers.map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });

  it('keeps the connection if the answer has come since', async () => {
    const testClient = createTestClient({ requestTimeoutMs });
    const { server, client } = testClient;
    await eventually(client.connect());
    delayJoin(server, 6_000);
    const joining = observe(client.join('tea'));
    await keepAlive(testClient, 10);
    expect((await eventually(joining.value?.leave() ?? Promise.reject())).error).toBeUndefined();
    expect(membershipActions(server).at(-1)).toBe('leaveroom');
    expect(server.peers).toHaveLength(1);
  });

  it('keeps the connection if the joinroom was for another room', async () => {
    const testClient = createTestClient({ requestTimeoutMs });
    const { server, client } = testClient;
    const tea = await join(client);
    delayJoin(server, 20_000);
    observe(client.join('milk'));
    await keepAlive(testClient, 5);
    await eventually(tea.leave());
    await keepAlive(testClient, 20);
    expect(server.peers).toHaveLength(1);
    expect(server.peer.rooms).toEqual(new Set(['milk']));
  });
});

describe('a leave that is not answered in time', () => {
  it('ends the connection, so that it cannot undo a later join', async () => {
    const testClient = createTestClient({ requestTimeoutMs: 2_000 });
    const { server, client } = testClient;
    const room = await join(client);
    server.once('leaveroom', (frame, peer) => {
      setTimeout(() => peer.send(server.respond(frame, peer)), 10_000);
    });
    const leaving = observe(room.leave());
    const rejoining = observe(client.join('tea'));
    await keepAlive(testClient, 5);
    expect(leaving).toMatchObject({ isSettled: true });
    expect(leaving.error).toBeUndefined();
    await keepAlive(testClient, 20);
    expect(rejoining.value).toBeDefined();
    expect(server.peer.rooms).toEqual(new Set(['tea']));
  });
});

describe('a leave while a connection is renewed', () => {
  it('leaves on both connections, also if another room keeps the old one open', async () => {
    const maxConnectionAgeMs = 600_000;
    const { server, client } = createTestClient({ maxConnectionAgeMs });
    const tea = await join(client);
    await join(client, {}, 'milk');
    server.always('joinroom', (frame, peer) =>
      frame['room'] === 'tea'
        ? server.respond(frame, peer)
        : errorReply(frame, 'unavailable', { retryable: true }),
    );
    await advance(maxConnectionAgeMs * 1.01);
    expect(server.peers.map(({ rooms }) => [...rooms])).toEqual([['tea', 'milk'], ['tea']]);
    expect((await eventually(tea.leave())).error).toBeUndefined();
    expect(server.peers.map(({ rooms }) => [...rooms])).toEqual([['milk'], []]);
    server.always('joinroom', server.respond);
    await advance(60_000);
    expect(server.peers.map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });
});
