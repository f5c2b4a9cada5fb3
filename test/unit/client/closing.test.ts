import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { refusal } from '../../helpers/fakes/fake-server.ts';
import {
  atEveryMoment,
  enter,
  listen,
  pass,
  type Rig,
  rig,
  settle,
  soon,
  useOwnTime,
  watch,
} from './setup.ts';

useOwnTime();

/** Ways to come into each state in which a client may be closed. */
const situations: Readonly<Record<string, (made: Rig) => Promise<void>>> = {
  idle: async () => {},
  'asking for a token': async ({ client }) => {
    watch(client.connect());
  },
  'in a handshake that hangs': async ({ server, client }) => {
    server.handshakes.push('hang');
    watch(client.connect());
    await pass(100);
  },
  'waiting to be told who one is': async ({ server, client }) => {
    server.once('identity', () => undefined);
    watch(client.connect());
    await pass(100);
  },
  'pausing before it connects again': async ({ server, client }) => {
    server.handshakes.push(503);
    watch(client.connect());
    await pass(10);
  },
  'pausing after it was lost': async ({ server, client }) => {
    await enter(client);
    server.peer.close();
    await pass(10);
  },
  joining: async ({ server, client }) => {
    server.once('joinroom', () => undefined);
    watch(client.join('tea'));
    await pass(100);
  },
  'pausing before it joins again': async ({ server, client }) => {
    server.once('joinroom', (frame) => refusal(frame, 'unavailable', { retryable: true }));
    watch(client.join('tea'));
    await pass(10);
  },
  'reading a log of many pages': async ({ server, client }) => {
    for (let one = 0; one < 150; one += 1) server.write();
    server.once('joinroom', server.serve);
    server.once('joinroom', () => undefined);
    listen(await enter(client, { after: 0 }));
  },
  'waiting for one who takes slowly': async ({ server, client }) => {
    for (let one = 0; one < 3_000; one += 1) server.write();
    await enter(client, { after: 0 });
  },
  'sending, with requests that wait': async ({ server, client }) => {
    const room = await enter(client);
    for (const action of ['sendmessage', 'ping', 'history']) server.always(action, () => undefined);
    for (const text of 'abc') watch(room.send(text));
    watch(client.request('ping', {}));
    watch(room.history().next());
    await pass(100);
  },
  'pausing before it sends again': async ({ server, client }) => {
    const room = await enter(client);
    server.always('sendmessage', (frame) => refusal(frame, 'unavailable', { retryable: true }));
    watch(room.send('a'));
    await pass(3_000);
  },
  'holding back an early event': async ({ server, client }) => {
    listen(await enter(client));
    server.take();
    server.say();
    await pass(1_000);
  },
  'with an open hole': async ({ server, client }) => {
    listen(await enter(client));
    server.take();
    server.say();
    await pass(5_000);
  },
  'leaving a room': async ({ server, client }) => {
    const room = await enter(client);
    server.always('leaveroom', () => undefined);
    watch(room.leave());
    await pass(100);
  },
  'renewing, in a handshake that hangs': async ({ server, client }) => {
    await enter(client);
    server.handshakes.push('hang');
    await pass(6_600_000);
  },
  'renewing, waiting to be told who one is': async ({ server, client }) => {
    await enter(client);
    server.once('identity', () => undefined);
    await pass(6_600_000);
  },
  'renewing, joining': async ({ server, client }) => {
    await enter(client);
    server.once('joinroom', () => undefined);
    await pass(6_600_000);
  },
  'pausing before it renews again': async ({ server, client }) => {
    await enter(client);
    server.handshakes.push(503, 503, 503, 503);
    await pass(6_600_500);
  },
};

describe('closing a client', () => {
  it.each(Object.entries(situations))('that is %s leaves nothing', async (_, come) => {
    const made = rig();
    await come(made);
    const { client, sockets, server, statuses } = made;
    const opened = sockets.length;
    const asked = server.all.frames.length;
    let whenClosed: number[] = [];
    const closing = client.close().then(() => {
      whenClosed = sockets.map(({ readyState }) => readyState);
    });
    expect(client.status).toEqual({ state: 'closed' });
    await soon(closing, 10);
    expect(jest.getTimerCount()).toBe(0);
    expect(whenClosed).toEqual(sockets.map(() => 3));
    await pass(8 * 3_600_000);
    expect(sockets).toHaveLength(opened);
    expect(server.all.frames).toHaveLength(asked);
    expect(statuses.filter(({ state }) => state === 'closed')).toHaveLength(1);
    expect(statuses.at(-1)).toEqual({ state: 'closed' });
  });

  it('lets fail with closed whatever waits', async () => {
    const { server, client } = rig();
    const room = await enter(client);
    for (const action of ['sendmessage', 'ping', 'history', 'joinroom'])
      server.always(action, () => undefined);
    const waiting = [
      watch(client.request('ping', {})),
      watch(room.send('on its way')),
      watch(room.send('waits')),
      watch(room.edit(1, 'waits too')),
      watch(client.join('coffee')),
      watch(room.history().next()),
    ];
    await pass(10);
    await soon(client.close());
    expect(waiting.map(({ error }) => error?.code)).toEqual(waiting.map(() => 'closed'));
  });

  it('lets fail with closed whatever is asked later, at once', async () => {
    const { client } = rig();
    const room = await enter(client);
    await soon(client.close());
    const asked = [
      watch(client.connect()),
      watch(client.request('ping', {})),
      watch(client.join('tea')),
      watch(room.send('x')),
      watch(room.history().next()),
    ];
    await settle();
    expect(asked.map(({ error }) => error?.code)).toEqual(asked.map(() => 'closed'));
    expect((await soon(room.leave())).error).toBeUndefined();
  });

  it('that was never used is for good too', async () => {
    const { client, sockets } = rig();
    await soon(client.close());
    const asked: Promise<unknown>[] = [client.connect(), client.request('ping', {})];
    for (const one of [...asked, client.join('tea')])
      expect((await soon(one)).error?.code).toBe('closed');
    expect(client.status).toEqual({ state: 'closed' });
    expect(sockets).toEqual([]);
  });

  it('twice is closing it once', async () => {
    const { client, statuses } = rig();
    await enter(client);
    const both = [watch(client.close()), watch(client.close())];
    await settle();
    expect(both.some(({ isSettled }) => isSettled)).toBe(false);
    await pass(10);
    expect(both.every(({ isSettled, error }) => isSettled && !error)).toBe(true);
    expect(statuses.filter(({ state }) => state === 'closed')).toHaveLength(1);
  });

  it('ends every room once, without an error, and every loop', async () => {
    const { client } = rig();
    const ends: unknown[][] = [];
    const loops = [];
    for (const name of ['tea', 'coffee']) {
      const room = await enter(client, {}, name);
      room.on('end', (...end) => ends.push(end));
      loops.push(watch(room[Symbol.asyncIterator]().next()));
    }
    await soon(client.close());
    expect(ends).toEqual([[undefined], [undefined]]);
    expect(loops.map(({ value }) => value?.done)).toEqual([true, true]);
  });

  it('at whatever moment of connecting is the last that is heard of it', async () => {
    await atEveryMoment(async (during) => {
      const made = rig();
      const { client, sockets, statuses } = made;
      during(made, () => watch(client.close()));
      const joining = await soon(client.join('tea'), 1_000);
      expect(joining.isSettled).toBe(true);
      expect(statuses.at(-1)).toEqual({ state: 'closed' });
      expect(sockets.map(({ readyState }) => readyState)).toEqual([3]);
      expect((await soon(client.connect())).error?.code).toBe('closed');
    });
  });

  it.each(['connecting', 'connected', 'reconnecting', 'closed'])(
    'from within a listener that is told %s works',
    async (state) => {
      const { server, client, sockets } = rig();
      client.on('state', (status) => status.state === state && void client.close());
      watch(client.join('tea'));
      await pass(100);
      server.peers.at(-1)?.close();
      await pass(100);
      if (state === 'closed') await soon(client.close());
      expect(client.status).toEqual({ state: 'closed' });
      expect(jest.getTimerCount()).toBe(0);
      expect(sockets.every(({ readyState }) => readyState === 3)).toBe(true);
    },
  );

  it('waits two seconds, no longer, for a socket that does not close', async () => {
    const { client, sockets } = rig();
    await enter(client);
    for (const socket of sockets) socket.isStuck = true;
    const closing = watch(client.close());
    await pass(1_990);
    expect(closing.isSettled).toBe(false);
    await pass(20);
    expect(closing.isSettled).toBe(true);
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3]);
  });
});

describe('closing a client whose socket does not close and can’t be ended', () => {
  it('is over after two seconds all the same', async () => {
    const { client, sockets } = rig();
    await enter(client);
    const [socket] = sockets;
    Object.assign(Object(socket), { isStuck: true, terminate: undefined });
    const closing = await soon(client.close(), 2_010);
    expect(closing.isSettled).toBe(true);
    expect(socket?.readyState).toBe(2);
    socket?.finish(1006);
  });
});

describe('a client that connects', () => {
  it('looks at how its handshake is answered, and no longer', async () => {
    const channel = 'undici:request:headers';
    const before = subscribers(channel);
    const { server, client } = rig({ connectTimeoutMs: 1_000 });
    server.handshakes.push('hang', 503, 'cut', 'open');
    watch(client.connect());
    await pass(500);
    expect(subscribers(channel)).toBe(before + 1);
    await pass(10_000);
    expect(client.status.state).toBe('connected');
    expect(subscribers(channel)).toBe(before);
  });
});

/** How many listen to one of Node's channels of diagnostics. */
function subscribers(name: string): number {
  const listen = () => {};
  subscribe(name, listen);
  const { channel } = process.getBuiltinModule('node:diagnostics_channel');
  const count = Object(channel(name))._subscribers.length - 1;
  unsubscribe(name, listen);
  return count;
}
