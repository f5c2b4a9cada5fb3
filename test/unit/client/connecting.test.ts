import { refusal } from '../../helpers/fakes/fake-server.ts';
import { enter, pass, rig, soon, useOwnTime, watch } from './setup.ts';

useOwnTime();

const states = ({ statuses }: Pick<ReturnType<typeof rig>, 'statuses'>) =>
  statuses.map(({ state, retryAt }) => (retryAt === undefined ? state : `${state}, waits`));

describe('connecting', () => {
  it('waits until something is asked for, and says where it stands', async () => {
    const made = rig();
    await pass(1_000);
    expect(made.client.status).toEqual({ state: 'idle' });
    expect(made.sockets).toEqual([]);
    expect((await soon(made.client.connect())).isSettled).toBe(true);
    expect(states(made)).toEqual(['connecting', 'connected']);
  });

  it('is one connection, however many ask, from within a listener too', async () => {
    const { client, sockets } = rig();
    client.on('state', () => watch(client.connect()));
    const asked = [client.connect(), client.request('ping', {}), client.join('tea')];
    expect((await soon(Promise.all(asked))).isSettled).toBe(true);
    expect(sockets).toHaveLength(1);
  });

  it('offers the version of the protocol and a key, the same for the life of the client', async () => {
    const { server, client } = rig();
    await soon(client.connect());
    server.peer.close();
    await pass(1_000);
    const offers = server.peers.map(({ protocols }) => protocols);
    expect(offers).toHaveLength(2);
    expect(offers[1]).toEqual(offers[0]);
    expect(offers[0]).toEqual([
      'kaiwa.v1',
      expect.stringMatching(/^kaiwa\.key\.[a-z0-9]{16,128}$/),
    ]);
  });

  it('offers the key that it is given, and tells the name in the address', async () => {
    const { server, client, sockets } = rig({ key: 'a-key-of-my-own-1', name: 'A&B \ud800' });
    await soon(client.connect());
    expect(server.peer.protocols[1]).toBe('kaiwa.key.a-key-of-my-own-1');
    expect(sockets[0]?.url).toBe('wss://chat.example/dev?name=A%26B%20%EF%BF%BD');
  });

  it('adds the name to an address that has a query', async () => {
    const { client, sockets } = rig({ url: 'wss://chat.example/?a=1', name: 'Aki' });
    await soon(client.connect());
    expect(sockets[0]?.url).toBe('wss://chat.example/?a=1&name=Aki');
  });

  it.each(['cut', 500, 503, 429] as const)('tries again where the handshake is %s', async (how) => {
    const made = rig();
    made.server.handshakes.push(how);
    expect((await soon(made.client.connect(), 1_000)).error).toBeUndefined();
    expect(states(made)).toEqual(['connecting', 'connecting, waits', 'connecting', 'connected']);
  });

  it.each([401, 403] as const)('is over for good where the handshake is %s', async (how) => {
    const { server, client, sockets } = rig();
    server.handshakes.push(how);
    const connecting = await soon(client.connect(), 120_000);
    expect(connecting.error).toMatchObject({ code: 'refused', retryable: false });
    expect(connecting.error?.message).toContain(String(how));
    expect(client.status).toEqual({ state: 'closed', error: connecting.error });
    expect((await soon(client.join('tea'))).error?.code).toBe('refused');
    expect((await soon(client.request('ping', {}))).error?.code).toBe('refused');
    expect(sockets).toHaveLength(1);
  });

  it('is not over where only the error’s text bears such a number', async () => {
    const { server, client, sockets } = rig();
    server.handshakes.push('hang');
    watch(client.connect());
    await pass(10);
    const [socket] = sockets;
    Object(socket).onerror({ message: 'connect ECONNREFUSED 192.0.2.1:403' });
    socket?.terminate();
    await pass(1_000);
    expect(client.status.state).toBe('connected');
  });

  it('gives up a handshake that hangs after connectTimeoutMs, and tries again', async () => {
    const { server, client, sockets } = rig({ connectTimeoutMs: 5_000 });
    server.handshakes.push('hang');
    const connecting = watch(client.connect());
    await pass(4_999);
    expect(sockets).toHaveLength(1);
    await pass(600);
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
    expect(connecting.isSettled).toBe(true);
  });

  it('gives up a connection on which nobody answers who one is', async () => {
    const { server, client, sockets } = rig();
    server.once('identity', () => undefined);
    const connecting = watch(client.connect());
    await pass(9_900);
    expect(client.status.state).toBe('connecting');
    await pass(800);
    expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
    expect(connecting.isSettled).toBe(true);
  });

  it('tries again where the connection is cut before that answer', async () => {
    const { server, client } = rig();
    server.once('identity', (_, peer) => peer.close());
    expect((await soon(client.connect(), 1_000)).error).toBeUndefined();
    expect(client.status.state).toBe('connected');
  });

  it('works with an older server, which does not know who one is', async () => {
    const { server, client } = rig();
    server.always('identity', (frame) => refusal(frame, 'unknown_action'));
    const room = await enter(client);
    expect((await soon(room.send('hello'))).value).toMatchObject({ seq: 1 });
  });
});

describe('the pause between two tries', () => {
  /** The pauses before the first tries, where chance always says this. */
  async function pauses(chance: number, tries: number) {
    jest.spyOn(Math, 'random').mockReturnValue(chance);
    const { server, client, statuses } = rig({ maxBackoffMs: 6_000 });
    server.handshakes.push(...Array.from({ length: tries }, () => 503));
    const started: number[] = [];
    client.on('state', ({ retryAt }) => started.push(retryAt ? retryAt - Date.now() : 0));
    watch(client.connect());
    await pass(60_000);
    expect(statuses.at(-1)).toEqual({ state: 'connected' });
    return started.filter((ms) => ms > 0);
  }

  it('is anything from nothing to a bound that doubles, up to maxBackoffMs', async () => {
    expect(await pauses(0.5, 7)).toEqual([250, 500, 1_000, 2_000, 3_000, 3_000, 3_000]);
    expect(await pauses(0.999, 5)).toEqual([499.5, 999, 1_998, 3_996, 5_994]);
  });

  it('ends where one asks to connect', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.99);
    const { server, client, sockets } = rig();
    server.handshakes.push(503, 503, 503);
    watch(client.connect());
    await pass(2_000);
    expect(sockets).toHaveLength(3);
    expect((await soon(client.connect(), 10)).isSettled).toBe(true);
  });

  it('begins small again after a connection that lasted, and not after one that did not', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const { server, client } = rig();
    const waits: number[] = [];
    client.on('state', ({ retryAt }) => retryAt && waits.push(retryAt - Date.now()));
    await soon(client.connect());
    for (const lasts of [100, 1_000, 1_000, 11_000, 100]) {
      await pass(lasts);
      server.peer.close();
      await pass(2_500);
    }
    expect(waits).toEqual([250, 500, 1_000, 250, 500]);
  });
});

describe('a connection that is lost', () => {
  it.each([1001, 1006, 1009, 1012])('with %i is replaced', async (code) => {
    const made = rig();
    await soon(made.client.connect());
    made.server.peer.close(code);
    await pass(1_000);
    expect(states(made)).toEqual([
      ...['connecting', 'connected'],
      ...['reconnecting, waits', 'reconnecting', 'connected'],
    ]);
    expect(made.statuses[2]?.error).toMatchObject({ code: 'disconnected', retryable: true });
    expect(String(Object(made.statuses[2]?.error).cause)).toContain(String(code));
  });
});
