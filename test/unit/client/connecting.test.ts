import type { KaiwaError } from '../../../src/client/index.ts';
import { errorReply } from '../../helpers/fakes/replies.ts';
import { advance, createTestClient, eventually, join, observe, useFakeClock } from './setup.ts';

useFakeClock();

const describeStates = ({ statuses }: Pick<ReturnType<typeof createTestClient>, 'statuses'>) =>
  statuses.map(({ state, retryAt }) => (retryAt === undefined ? state : `${state}, waits`));

describe('Client.connect', () => {
  it('stays idle until the first call, and reports its states', async () => {
    const testClient = createTestClient();
    await advance(1_000);
    expect(testClient.client.status).toEqual({ state: 'idle' });
    expect(testClient.sockets).toEqual([]);
    expect((await eventually(testClient.client.connect())).isSettled).toBe(true);
    expect(describeStates(testClient)).toEqual(['connecting', 'connected']);
  });

  it('opens one connection for many calls, also from within a listener', async () => {
    const { client, sockets } = createTestClient();
    client.on('state', () => observe(client.connect()));
    const calls = [client.connect(), client.request('ping', {}), client.join('tea')];
    expect((await eventually(Promise.all(calls))).isSettled).toBe(true);
    expect(sockets).toHaveLength(1);
  });

  it('offers the protocol version and a key that stays the same for the life of the client', async () => {
    const { server, client } = createTestClient();
    await eventually(client.connect());
    server.peer.close();
    await advance(1_000);
    const offers = server.peers.map(({ protocols }) => protocols);
    expect(offers).toHaveLength(2);
    expect(offers[1]).toEqual(offers[0]);
    expect(offers[0]).toEqual([
      'kaiwa.v1',
      expect.stringMatching(/^kaiwa\.key\.[a-z0-9]{16,128}$/),
    ]);
  });

  it('[SEC-057] offers the given key as a subprotocol, and sends the name in the address', async () => {
    const { server, client, sockets } = createTestClient({
      key: 'a-key-of-my-own-1',
      name: 'A&B \ud800',
    });
    await eventually(client.connect());
    expect(server.peer.protocols[1]).toBe('kaiwa.key.a-key-of-my-own-1');
    expect(sockets[0]?.url).toBe('wss://chat.example/dev?name=A%26B%20%EF%BF%BD');
  });

  it('adds the name to an address that has a query', async () => {
    const { client, sockets } = createTestClient({ url: 'wss://chat.example/?a=1', name: 'Aki' });
    await eventually(client.connect());
    expect(sockets[0]?.url).toBe('wss://chat.example/?a=1&name=Aki');
  });

  it.each(['cut', 500, 503, 429] as const)(
    'retries when the handshake is answered with %s',
    async (how) => {
      const testClient = createTestClient();
      testClient.server.handshakes.push(how);
      expect((await eventually(testClient.client.connect(), 1_000)).error).toBeUndefined();
      expect(describeStates(testClient)).toEqual([
        'connecting',
        'connecting, waits',
        'connecting',
        'connected',
      ]);
    },
  );

  it.each([401, 403] as const)(
    'closes for good when the handshake is answered with %s',
    async (how) => {
      const { server, client, sockets } = createTestClient();
      server.handshakes.push(how);
      const connecting = await eventually(client.connect(), 120_000);
      expect(connecting.error).toMatchObject({ code: 'refused', retryable: false });
      expect(connecting.error?.message).toContain(String(how));
      expect(client.status).toEqual({ state: 'closed', error: connecting.error });
      expect((await eventually(client.join('tea'))).error?.code).toBe('refused');
      expect((await eventually(client.request('ping', {}))).error?.code).toBe('refused');
      expect(sockets).toHaveLength(1);
    },
  );

  it('retries when only the text of an error ends with such a number', async () => {
    const { server, client, sockets } = createTestClient();
    server.handshakes.push('hang');
    observe(client.connect());
    await advance(10);
    const [socket] = sockets;
    socket?.fail('connect ECONNREFUSED 192.0.2.1:403');
    await advance(1_000);
    expect(client.status.state).toBe('connected');
  });

  it('retries a hanging handshake after connectTimeoutMs', async () => {
    const { server, client, sockets } = createTestClient({ connectTimeoutMs: 5_000 });
    server.handshakes.push('hang');
    const connecting = observe(client.connect());
    await advance(4_999);
    expect(sockets).toHaveLength(1);
    await advance(600);
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
    expect(connecting.isSettled).toBe(true);
  });

  it('replaces a connection that does not answer the identity request', async () => {
    const { server, client, sockets } = createTestClient();
    server.once('identity', () => undefined);
    const connecting = observe(client.connect());
    await advance(9_900);
    expect(client.status.state).toBe('connecting');
    await advance(800);
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
    expect(connecting.isSettled).toBe(true);
  });

  it('retries when the connection is lost before the identity is known', async () => {
    const { server, client } = createTestClient();
    server.once('identity', (_, peer) => peer.close());
    expect((await eventually(client.connect(), 1_000)).error).toBeUndefined();
    expect(client.status.state).toBe('connected');
  });

  it('works with an older server that does not know the identity action', async () => {
    const { server, client } = createTestClient();
    server.always('identity', (frame) => errorReply(frame, 'unknown_action'));
    const room = await join(client);
    expect((await eventually(room.send('hello'))).value).toMatchObject({ seq: 1 });
  });
});

describe('the pause between two attempts', () => {
  /** Returns the pauses before the first attempts, with this random number. */
  async function measurePauses(random: number, attempts: number) {
    jest.spyOn(Math, 'random').mockReturnValue(random);
    const { server, client, statuses } = createTestClient({ maxReconnectDelayMs: 6_000 });
    server.handshakes.push(...Array.from({ length: attempts }, () => 503));
    const pauses: number[] = [];
    client.on('state', ({ retryAt }) => pauses.push(retryAt ? retryAt - Date.now() : 0));
    observe(client.connect());
    await advance(60_000);
    expect(statuses.at(-1)).toEqual({ state: 'connected' });
    return pauses.filter((ms) => ms > 0);
  }

  it('is random below a bound that doubles, up to maxReconnectDelayMs', async () => {
    expect(await measurePauses(0.5, 7)).toEqual([250, 500, 1_000, 2_000, 3_000, 3_000, 3_000]);
    expect(await measurePauses(0.999, 5)).toEqual([499.5, 999, 1_998, 3_996, 5_994]);
  });

  it('ends when connect is called', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.99);
    const { server, client, sockets } = createTestClient();
    server.handshakes.push(503, 503, 503);
    observe(client.connect());
    await advance(2_000);
    expect(sockets).toHaveLength(3);
    expect((await eventually(client.connect(), 10)).isSettled).toBe(true);
  });

  it('starts small again only after a connection that lasted', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { server, client } = createTestClient();
    const pauses: number[] = [];
    client.on('state', ({ retryAt }) => retryAt && pauses.push(retryAt - Date.now()));
    await eventually(client.connect());
    for (const lifetimeMs of [100, 1_000, 1_000, 11_000, 100]) {
      await advance(lifetimeMs);
      server.peer.close();
      await advance(2_500);
    }
    expect(pauses).toEqual([250, 500, 1_000, 250, 500]);
  });
});

describe('Client after a lost connection', () => {
  it.each([1001, 1006, 1009, 1012])('reconnects after close code %i', async (code) => {
    const testClient = createTestClient();
    await eventually(testClient.client.connect());
    testClient.server.peer.close(code);
    await advance(1_000);
    expect(describeStates(testClient)).toEqual([
      'connecting',
      'connected',
      'reconnecting, waits',
      'reconnecting',
      'connected',
    ]);
    const error = testClient.statuses[2]?.error as KaiwaError;
    expect(error).toMatchObject({ code: 'disconnected', retryable: true });
    expect(String(error.cause)).toContain(String(code));
  });
});
