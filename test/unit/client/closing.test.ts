import {
  advance,
  atEveryMoment,
  createTestClient,
  eventually,
  flush,
  join,
  observe,
  useFakeClock,
} from './setup.ts';
import { countSubscribers } from './web-sockets.ts';

useFakeClock();

describe('Client.close', () => {
  it('fails everything that waits with closed', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    for (const action of ['sendmessage', 'ping', 'history', 'joinroom'])
      server.always(action, () => undefined);
    const waiting = [
      observe(client.request('ping', {})),
      observe(room.send('pending')),
      observe(room.send('waiting')),
      observe(room.edit(1, 'waiting too')),
      observe(client.join('coffee')),
      observe(room.history().next()),
    ];
    await advance(10);
    await eventually(client.close());
    expect(waiting.map(({ error }) => error?.code)).toEqual(waiting.map(() => 'closed'));
  });

  it('fails every later call with closed, at once', async () => {
    const { client } = createTestClient();
    const room = await join(client);
    await eventually(client.close());
    const calls = [
      observe(client.connect()),
      observe(client.request('ping', {})),
      observe(client.join('tea')),
      observe(room.send('x')),
      observe(room.history().next()),
    ];
    await flush();
    expect(calls.map(({ error }) => error?.code)).toEqual(calls.map(() => 'closed'));
    expect((await eventually(room.leave())).error).toBeUndefined();
  });

  it('closes a client for good that was never used', async () => {
    const { client, sockets } = createTestClient();
    await eventually(client.close());
    const calls: Promise<unknown>[] = [
      client.connect(),
      client.request('ping', {}),
      client.join('tea'),
    ];
    for (const call of calls) expect((await eventually(call)).error?.code).toBe('closed');
    expect(client.status).toEqual({ state: 'closed' });
    expect(sockets).toEqual([]);
  });

  it('closes once when it is called twice', async () => {
    const { client, statuses } = createTestClient();
    await join(client);
    const both = [observe(client.close()), observe(client.close())];
    await flush();
    expect(both.some(({ isSettled }) => isSettled)).toBe(false);
    await advance(10);
    expect(both.every(({ isSettled, error }) => isSettled && !error)).toBe(true);
    expect(statuses.filter(({ state }) => state === 'closed')).toHaveLength(1);
  });

  it('ends every room once, without an error, and every loop', async () => {
    const { client } = createTestClient();
    const ends: unknown[][] = [];
    const loops = [];
    for (const name of ['tea', 'coffee']) {
      const room = await join(client, {}, name);
      room.on('end', (...end) => ends.push(end));
      loops.push(observe(room[Symbol.asyncIterator]().next()));
    }
    await eventually(client.close());
    expect(ends).toEqual([[undefined], [undefined]]);
    expect(loops.map(({ value }) => value?.done)).toEqual([true, true]);
  });

  it('closes for good at every moment of connecting', async () => {
    await atEveryMoment(async (during) => {
      const testClient = createTestClient();
      const { client, sockets, statuses } = testClient;
      during(testClient, () => observe(client.close()));
      const joining = await eventually(client.join('tea'), 1_000);
      expect(joining.isSettled).toBe(true);
      expect(statuses.at(-1)).toEqual({ state: 'closed' });
      expect(sockets.map(({ readyState }) => readyState)).toEqual([3]);
      expect((await eventually(client.connect())).error?.code).toBe('closed');
    });
  });

  it.each(['connecting', 'connected', 'reconnecting', 'closed'])(
    'closes from within a listener to %s',
    async (state) => {
      const { server, client, sockets } = createTestClient();
      client.on('state', (status) => status.state === state && void client.close());
      observe(client.join('tea'));
      await advance(100);
      server.peers.at(-1)?.close();
      await advance(100);
      if (state === 'closed') await eventually(client.close());
      expect(client.status).toEqual({ state: 'closed' });
      expect(jest.getTimerCount()).toBe(0);
      expect(sockets.every(({ readyState }) => readyState === 3)).toBe(true);
    },
  );

  it('waits at most two seconds for a socket that does not close', async () => {
    const { client, sockets } = createTestClient();
    await join(client);
    for (const socket of sockets) socket.isStuck = true;
    const closing = observe(client.close());
    await advance(1_990);
    expect(closing.isSettled).toBe(false);
    await advance(20);
    expect(closing.isSettled).toBe(true);
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3]);
  });
});

describe('Client.close without terminate', () => {
  it('resolves after two seconds if a socket neither closes nor can be terminated', async () => {
    const { client, sockets } = createTestClient();
    await join(client);
    const [socket] = sockets;
    if (socket) Object.assign(socket, { isStuck: true, terminate: undefined });
    const closing = await eventually(client.close(), 2_010);
    expect(closing.isSettled).toBe(true);
    expect(socket?.readyState).toBe(2);
    socket?.finish(1006);
  });
});

describe('Client.connect', () => {
  it('subscribes to the diagnostics of its handshakes only', async () => {
    const before = countSubscribers();
    const { server, client } = createTestClient({ connectTimeoutMs: 1_000 });
    server.handshakes.push('hang', 503, 'cut', 'open');
    observe(client.connect());
    await advance(500);
    expect(countSubscribers()).toBe(before + 1);
    await advance(10_000);
    expect(client.status.state).toBe('connected');
    expect(countSubscribers()).toBe(before);
  });
});
