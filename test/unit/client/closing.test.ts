import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { errorReply } from '../../helpers/fakes/fake-server.ts';
import {
  advance,
  atEveryMoment,
  collectEvents,
  createTestClient,
  eventually,
  flush,
  join,
  observe,
  type TestClient,
  useFakeClock,
} from './setup.ts';

useFakeClock();

/** Ways to come into each state in which a client may be closed. */
const states: Readonly<Record<string, (testClient: TestClient) => Promise<void>>> = {
  idle: async () => {},
  'asking for a token': async ({ client }) => {
    observe(client.connect());
  },
  'in a handshake that hangs': async ({ server, client }) => {
    server.handshakes.push('hang');
    observe(client.connect());
    await advance(100);
  },
  'waiting to be told who one is': async ({ server, client }) => {
    server.once('identity', () => undefined);
    observe(client.connect());
    await advance(100);
  },
  'pausing before it connects again': async ({ server, client }) => {
    server.handshakes.push(503);
    observe(client.connect());
    await advance(10);
  },
  'pausing after it was lost': async ({ server, client }) => {
    await join(client);
    server.peer.close();
    await advance(10);
  },
  joining: async ({ server, client }) => {
    server.once('joinroom', () => undefined);
    observe(client.join('tea'));
    await advance(100);
  },
  'pausing before it joins again': async ({ server, client }) => {
    server.once('joinroom', (frame) => errorReply(frame, 'unavailable', { retryable: true }));
    observe(client.join('tea'));
    await advance(10);
  },
  'reading a log of many pages': async ({ server, client }) => {
    for (let one = 0; one < 150; one += 1) server.write();
    server.once('joinroom', server.respond);
    server.once('joinroom', () => undefined);
    collectEvents(await join(client, { after: 0 }));
  },
  'waiting for one who takes slowly': async ({ server, client }) => {
    for (let one = 0; one < 3_000; one += 1) server.write();
    await join(client, { after: 0 });
  },
  'sending, with requests that wait': async ({ server, client }) => {
    const room = await join(client);
    for (const action of ['sendmessage', 'ping', 'history']) server.always(action, () => undefined);
    for (const text of 'abc') observe(room.send(text));
    observe(client.request('ping', {}));
    observe(room.history().next());
    await advance(100);
  },
  'pausing before it sends again': async ({ server, client }) => {
    const room = await join(client);
    server.always('sendmessage', (frame) => errorReply(frame, 'unavailable', { retryable: true }));
    observe(room.send('a'));
    await advance(3_000);
  },
  'holding back an early event': async ({ server, client }) => {
    collectEvents(await join(client));
    server.allocateSeq();
    server.publish();
    await advance(1_000);
  },
  'with an open hole': async ({ server, client }) => {
    collectEvents(await join(client));
    server.allocateSeq();
    server.publish();
    await advance(5_000);
  },
  'leaving a room': async ({ server, client }) => {
    const room = await join(client);
    server.always('leaveroom', () => undefined);
    observe(room.leave());
    await advance(100);
  },
  'renewing, in a handshake that hangs': async ({ server, client }) => {
    await join(client);
    server.handshakes.push('hang');
    await advance(6_600_000);
  },
  'renewing, waiting to be told who one is': async ({ server, client }) => {
    await join(client);
    server.once('identity', () => undefined);
    await advance(6_600_000);
  },
  'renewing, joining': async ({ server, client }) => {
    await join(client);
    server.once('joinroom', () => undefined);
    await advance(6_600_000);
  },
  'pausing before it renews again': async ({ server, client }) => {
    await join(client);
    server.handshakes.push(503, 503, 503, 503);
    await advance(6_600_500);
  },
};

describe('closing a client', () => {
  it.each(Object.entries(states))('that is %s leaves nothing', async (_, arrange) => {
    const testClient = createTestClient();
    await arrange(testClient);
    const { client, sockets, server, statuses } = testClient;
    const opened = sockets.length;
    const asked = server.received.frames.length;
    let whenClosed: number[] = [];
    const closing = client.close().then(() => {
      whenClosed = sockets.map(({ readyState }) => readyState);
    });
    expect(client.status).toEqual({ state: 'closed' });
    await eventually(closing, 10);
    expect(jest.getTimerCount()).toBe(0);
    expect(whenClosed).toEqual(sockets.map(() => 3));
    await advance(8 * 3_600_000);
    expect(sockets).toHaveLength(opened);
    expect(server.received.frames).toHaveLength(asked);
    expect(statuses.filter(({ state }) => state === 'closed')).toHaveLength(1);
    expect(statuses.at(-1)).toEqual({ state: 'closed' });
  });

  it('lets fail with closed whatever waits', async () => {
    const { server, client } = createTestClient();
    const room = await join(client);
    for (const action of ['sendmessage', 'ping', 'history', 'joinroom'])
      server.always(action, () => undefined);
    const waiting = [
      observe(client.request('ping', {})),
      observe(room.send('on its way')),
      observe(room.send('waits')),
      observe(room.edit(1, 'waits too')),
      observe(client.join('coffee')),
      observe(room.history().next()),
    ];
    await advance(10);
    await eventually(client.close());
    expect(waiting.map(({ error }) => error?.code)).toEqual(waiting.map(() => 'closed'));
  });

  it('lets fail with closed whatever is asked later, at once', async () => {
    const { client } = createTestClient();
    const room = await join(client);
    await eventually(client.close());
    const asked = [
      observe(client.connect()),
      observe(client.request('ping', {})),
      observe(client.join('tea')),
      observe(room.send('x')),
      observe(room.history().next()),
    ];
    await flush();
    expect(asked.map(({ error }) => error?.code)).toEqual(asked.map(() => 'closed'));
    expect((await eventually(room.leave())).error).toBeUndefined();
  });

  it('that was never used is for good too', async () => {
    const { client, sockets } = createTestClient();
    await eventually(client.close());
    const asked: Promise<unknown>[] = [client.connect(), client.request('ping', {})];
    for (const one of [...asked, client.join('tea')])
      expect((await eventually(one)).error?.code).toBe('closed');
    expect(client.status).toEqual({ state: 'closed' });
    expect(sockets).toEqual([]);
  });

  it('twice is closing it once', async () => {
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

  it('at whatever moment of connecting is the last that is heard of it', async () => {
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
    'from within a listener that is told %s works',
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

  it('waits two seconds, no longer, for a socket that does not close', async () => {
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

describe('closing a client whose socket does not close and can’t be ended', () => {
  it('is over after two seconds all the same', async () => {
    const { client, sockets } = createTestClient();
    await join(client);
    const [socket] = sockets;
    Object.assign(Object(socket), { isStuck: true, terminate: undefined });
    const closing = await eventually(client.close(), 2_010);
    expect(closing.isSettled).toBe(true);
    expect(socket?.readyState).toBe(2);
    socket?.finish(1006);
  });
});

describe('a client that connects', () => {
  it('looks at how its handshake is answered, and no longer', async () => {
    const channel = 'undici:request:headers';
    const before = countSubscribers(channel);
    const { server, client } = createTestClient({ connectTimeoutMs: 1_000 });
    server.handshakes.push('hang', 503, 'cut', 'open');
    observe(client.connect());
    await advance(500);
    expect(countSubscribers(channel)).toBe(before + 1);
    await advance(10_000);
    expect(client.status.state).toBe('connected');
    expect(countSubscribers(channel)).toBe(before);
  });
});

/** How many listen to one of Node's channels of diagnostics. */
function countSubscribers(name: string): number {
  const listen = () => {};
  subscribe(name, listen);
  const { channel } = process.getBuiltinModule('node:diagnostics_channel');
  const count = Object(channel(name))._subscribers.length - 1;
  unsubscribe(name, listen);
  return count;
}
