import { errorReply } from '../../helpers/fakes/fake-server.ts';
import { advance, createTestClient, eventually, join, observe, useFakeClock } from './setup.ts';

useFakeClock();

const describeStates = ({ statuses }: Pick<ReturnType<typeof createTestClient>, 'statuses'>) =>
  statuses.map(({ state, retryAt }) => (retryAt === undefined ? state : `${state}, waits`));

describe('connecting', () => {
  it('waits until something is asked for, and says where it stands', async () => {
    const testClient = createTestClient();
    await advance(1_000);
    expect(testClient.client.status).toEqual({ state: 'idle' });
    expect(testClient.sockets).toEqual([]);
    expect((await eventually(testClient.client.connect())).isSettled).toBe(true);
    expect(describeStates(testClient)).toEqual(['connecting', 'connected']);
  });

  it('is one connection, however many ask, from within a listener too', async () => {
    const { client, sockets } = createTestClient();
    client.on('state', () => observe(client.connect()));
    const asked = [client.connect(), client.request('ping', {}), client.join('tea')];
    expect((await eventually(Promise.all(asked))).isSettled).toBe(true);
    expect(sockets).toHaveLength(1);
  });

  it('offers the version of the protocol and a key, the same for the life of the client', async () => {
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

  it('offers the key that it is given, and tells the name in the address', async () => {
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

  it.each(['cut', 500, 503, 429] as const)('tries again where the handshake is %s', async (how) => {
    const testClient = createTestClient();
    testClient.server.handshakes.push(how);
    expect((await eventually(testClient.client.connect(), 1_000)).error).toBeUndefined();
    expect(describeStates(testClient)).toEqual([
      'connecting',
      'connecting, waits',
      'connecting',
      'connected',
    ]);
  });

  it.each([401, 403] as const)('is over for good where the handshake is %s', async (how) => {
    const { server, client, sockets } = createTestClient();
    server.handshakes.push(how);
    const connecting = await eventually(client.connect(), 120_000);
    expect(connecting.error).toMatchObject({ code: 'refused', retryable: false });
    expect(connecting.error?.message).toContain(String(how));
    expect(client.status).toEqual({ state: 'closed', error: connecting.error });
    expect((await eventually(client.join('tea'))).error?.code).toBe('refused');
    expect((await eventually(client.request('ping', {}))).error?.code).toBe('refused');
    expect(sockets).toHaveLength(1);
  });

  it('is not over where only the error’s text bears such a number', async () => {
    const { server, client, sockets } = createTestClient();
    server.handshakes.push('hang');
    observe(client.connect());
    await advance(10);
    const [socket] = sockets;
    Object(socket).onerror({ message: 'connect ECONNREFUSED 192.0.2.1:403' });
    socket?.terminate();
    await advance(1_000);
    expect(client.status.state).toBe('connected');
  });

  it('gives up a handshake that hangs after connectTimeoutMs, and tries again', async () => {
    const { server, client, sockets } = createTestClient({ connectTimeoutMs: 5_000 });
    server.handshakes.push('hang');
    const connecting = observe(client.connect());
    await advance(4_999);
    expect(sockets).toHaveLength(1);
    await advance(600);
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
    expect(connecting.isSettled).toBe(true);
  });

  it('gives up a connection on which nobody answers who one is', async () => {
    const { server, client, sockets } = createTestClient();
    server.once('identity', () => undefined);
    const connecting = observe(client.connect());
    await advance(9_900);
    expect(client.status.state).toBe('connecting');
    await advance(800);
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
    expect(connecting.isSettled).toBe(true);
  });

  it('tries again where the connection is cut before that answer', async () => {
    const { server, client } = createTestClient();
    server.once('identity', (_, peer) => peer.close());
    expect((await eventually(client.connect(), 1_000)).error).toBeUndefined();
    expect(client.status.state).toBe('connected');
  });

  it('works with an older server, which does not know who one is', async () => {
    const { server, client } = createTestClient();
    server.always('identity', (frame) => errorReply(frame, 'unknown_action'));
    const room = await join(client);
    expect((await eventually(room.send('hello'))).value).toMatchObject({ seq: 1 });
  });
});

describe('the pause between two tries', () => {
  /** The pauses before the first tries, where chance always says this. */
  async function measurePauses(chance: number, tries: number) {
    jest.spyOn(Math, 'random').mockReturnValue(chance);
    const { server, client, statuses } = createTestClient({ maxReconnectDelayMs: 6_000 });
    server.handshakes.push(...Array.from({ length: tries }, () => 503));
    const started: number[] = [];
    client.on('state', ({ retryAt }) => started.push(retryAt ? retryAt - Date.now() : 0));
    observe(client.connect());
    await advance(60_000);
    expect(statuses.at(-1)).toEqual({ state: 'connected' });
    return started.filter((ms) => ms > 0);
  }

  it('is anything from nothing to a bound that doubles, up to maxReconnectDelayMs', async () => {
    expect(await measurePauses(0.5, 7)).toEqual([250, 500, 1_000, 2_000, 3_000, 3_000, 3_000]);
    expect(await measurePauses(0.999, 5)).toEqual([499.5, 999, 1_998, 3_996, 5_994]);
  });

  it('ends where one asks to connect', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.99);
    const { server, client, sockets } = createTestClient();
    server.handshakes.push(503, 503, 503);
    observe(client.connect());
    await advance(2_000);
    expect(sockets).toHaveLength(3);
    expect((await eventually(client.connect(), 10)).isSettled).toBe(true);
  });

  it('begins small again after a connection that lasted, and not after one that did not', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { server, client } = createTestClient();
    const waits: number[] = [];
    client.on('state', ({ retryAt }) => retryAt && waits.push(retryAt - Date.now()));
    await eventually(client.connect());
    for (const lasts of [100, 1_000, 1_000, 11_000, 100]) {
      await advance(lasts);
      server.peer.close();
      await advance(2_500);
    }
    expect(waits).toEqual([250, 500, 1_000, 250, 500]);
  });
});

describe('a connection that is lost', () => {
  it.each([1001, 1006, 1009, 1012])('with %i is replaced', async (code) => {
    const testClient = createTestClient();
    await eventually(testClient.client.connect());
    testClient.server.peer.close(code);
    await advance(1_000);
    expect(describeStates(testClient)).toEqual([
      ...['connecting', 'connected'],
      ...['reconnecting, waits', 'reconnecting', 'connected'],
    ]);
    expect(testClient.statuses[2]?.error).toMatchObject({ code: 'disconnected', retryable: true });
    expect(String(Object(testClient.statuses[2]?.error).cause)).toContain(String(code));
  });
});
