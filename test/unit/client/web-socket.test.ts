import { execFile } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { WebSocket as PackageWebSocket } from 'ws';
import {
  type Client,
  type ClientOptions,
  type ConnectionState,
  createClient,
  type RoomEvent,
  type WebSocketConstructor,
} from '../../../src/client/index.ts';
import { FakeServer } from '../../helpers/fakes/fake-server.ts';
import { startLoopbackServer } from './real-sockets.ts';

/** Where clients get their sockets from. */
const classes: readonly [name: string, WebSocket: WebSocketConstructor | undefined][] = [
  ['the package ws', PackageWebSocket],
  ['Node itself', undefined],
];

/** Resolves when a client is in a state. */
const waitForState = (client: Client, wanted: ConnectionState) =>
  new Promise<void>((resolve) => client.on('state', ({ state }) => state === wanted && resolve()));

/** Waits for what other events bring about. */
async function waitUntil(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns += 1) {
    if (turns > 2_000_000) throw new Error(`it never came about that ${condition}`);
    await setImmediate();
  }
}

describe.each(classes)('with the sockets of %s, a client', (_, WebSocket) => {
  /** Does something with a client of a hostile server, and sees to it that nothing is left. */
  async function withClient(
    test: (server: FakeServer, client: Client) => Promise<void>,
    options: Partial<ClientOptions> = {},
  ): Promise<void> {
    const server = new FakeServer();
    await using loopback = await startLoopbackServer(server);
    const given = WebSocket ? { WebSocket } : {};
    const client = createClient({
      url: loopback.url,
      maxReconnectDelayMs: 20,
      ...given,
      ...options,
    });
    try {
      await test(server, client);
    } finally {
      await client.close();
    }
    await waitUntil(() => loopback.openSockets.size === 0);
    expect(server.peers.filter(({ isOpen }) => isOpen)).toEqual([]);
    expect(hasSubscribers()).toBe(false);
  }

  it('connects, joins, sends, listens, and leaves nothing when it closes', () =>
    withClient(async (server, client) => {
      const room = await client.join('tea');
      expect(await room.send('hello')).toMatchObject({ seq: 1 });
      server.publish();
      const events: RoomEvent[] = [];
      for await (const event of room) if (events.push(event) === 2) break;
      expect(events.map(({ seq }) => seq)).toEqual([1, 2]);
      expect(server.peer.protocols[0]).toBe('kaiwa.v1');
    }));

  it.each([401, 403])('is over for good where it is refused with %i', (status) =>
    withClient(async (server, client) => {
      // Node asks twice where it is answered by 401.
      server.handshakes.push(status, status);
      await expect(client.connect()).rejects.toMatchObject({
        ...{ code: 'refused', message: expect.stringContaining(String(status)) },
      });
      expect(client.status.state).toBe('closed');
    }),
  );

  it('is not over where only its first asking is refused, also when it is closed later', () =>
    withClient(async (server, client) => {
      await client.connect();
      const states: ConnectionState[] = [];
      client.on('state', ({ state }) => states.push(state));
      server.handshakes.push(...(WebSocket ? [] : ([401] as const)));
      for (let time = 0; time < 2; time += 1) {
        const connected = waitForState(client, 'connected');
        server.peer.close();
        await connected;
      }
      expect(states).not.toContain('closed');
    }));

  it.each([400, 429, 500, 503, 'cut'] as const)('tries again where the handshake is %s', (how) =>
    withClient(async (server, client) => {
      server.handshakes.push(how, how);
      await client.connect();
      expect(client.status.state).toBe('connected');
      expect(server.handshakes).toEqual([]);
    }),
  );

  it('tells why it waits', () =>
    withClient(async (server, client) => {
      server.handshakes.push(503);
      const errors: unknown[] = [];
      client.on('state', ({ error }) => error && errors.push(error));
      await client.connect();
      expect(errors[0]).toMatchObject({ code: 'disconnected', cause: expect.anything() });
      expect(String(Object(errors[0]).cause)).toContain('503');
    }));

  it('gives up a handshake that hangs, and tries again', () =>
    withClient(
      async (server, client) => {
        server.handshakes.push('hang');
        await client.connect();
        expect(server.peers).toHaveLength(1);
      },
      { connectTimeoutMs: 100 },
    ));

  it('may be closed while a handshake hangs', () =>
    withClient(async (server, client) => {
      server.handshakes.push('hang');
      const connecting = client.connect();
      await waitUntil(() => server.handshakes.length === 0);
      void client.close();
      await expect(connecting).rejects.toMatchObject({ code: 'closed' });
    }));

  it.each([1001, 1006, 1009, 1012])('connects again when it is closed with %i', (code) =>
    withClient(async (server, client) => {
      const room = await client.join('tea');
      const lost = waitForState(client, 'reconnecting');
      server.peer.close(code);
      await lost;
      expect(await room.send('hello')).toMatchObject({ seq: 1 });
      expect(server.peers).toHaveLength(2);
    }),
  );

  it('connects again when the server says goodbye right behind an answer', () =>
    withClient(async (server, client) => {
      const room = await client.join('tea');
      server.once('sendmessage', (frame, peer) => {
        peer.send(server.respond(frame, peer));
        peer.close(1001);
      });
      expect(await room.send('hello')).toMatchObject({ seq: 1 });
      expect(await room.send('again')).toMatchObject({ seq: 2 });
      expect(server.log()).toHaveLength(2);
    }));

  it('is harmed by nothing that it can’t read', () =>
    withClient(async (server, client) => {
      const room = await client.join('tea');
      const frames: unknown[] = [];
      client.on('frame', (frame) => frames.push(frame));
      for (const data of ['{', Buffer.from([1, 2]), 'null', '[]', '7']) server.peer.send(data);
      expect(await room.send('hello')).toMatchObject({ seq: 1 });
      expect(frames).toEqual(['{', expect.anything(), null, [], 7]);
    }));

  it('takes a server for dead that does not answer, and sends again', () =>
    withClient(
      async (server, client) => {
        const room = await client.join('tea');
        server.once('sendmessage', () => undefined);
        expect(await room.send('hello', { id: 'a1' })).toMatchObject({ seq: 1 });
        expect(server.requests('sendmessage').map(({ id }) => id)).toEqual(['a1', 'a1']);
        expect(server.peers).toHaveLength(2);
      },
      { requestTimeoutMs: 100 },
    ));

  it('renews its connection', () =>
    withClient(
      async (server, client) => {
        const states: ConnectionState[] = [];
        client.on('state', ({ state }) => states.push(state));
        const room = await client.join('tea');
        await waitUntil(() => server.peers.length > 2);
        expect(await room.send('hello')).toMatchObject({ seq: 1 });
        expect(states).toEqual(['connecting', 'connected']);
      },
      { maxConnectionAgeMs: 100 },
    ));
});

describe('where nobody listens', () => {
  it.each(classes)('a client with the sockets of %s goes on trying', async (_, WebSocket) => {
    const server = new FakeServer();
    const { url } = await startLoopbackServer(server).then(async (loopback) => {
      await loopback[Symbol.asyncDispose]();
      return loopback;
    });
    const client = createClient({ url, maxReconnectDelayMs: 1, ...(WebSocket && { WebSocket }) });
    let tries = 0;
    const fifthTry = new Promise<void>((resolve) => {
      client.on('state', ({ retryAt }) => retryAt && ++tries === 5 && resolve());
    });
    const connecting = client.connect().catch((thrown: unknown) => thrown);
    await fifthTry;
    await client.close();
    expect(await connecting).toMatchObject({ code: 'closed' });
  });
});

describe('two clients of one process', () => {
  it.each(classes)('with the sockets of %s are not taken for each other', async (_, WebSocket) => {
    const [strictServer, slowServer] = [new FakeServer(), new FakeServer()];
    strictServer.handshakes.push(403);
    slowServer.handshakes.push('hang');
    await using strictLoopback = await startLoopbackServer(strictServer);
    await using slowLoopback = await startLoopbackServer(slowServer);
    const given = { maxReconnectDelayMs: 1, ...(WebSocket && { WebSocket }) };
    const patient = createClient({ url: slowLoopback.url, ...given });
    const connecting = patient.connect();
    await waitUntil(() => slowServer.handshakes.length === 0);
    const refused = createClient({ url: strictLoopback.url, ...given });
    await expect(refused.connect()).rejects.toMatchObject({ code: 'refused' });
    for (const socket of slowLoopback.openSockets) socket.destroy();
    await connecting;
    await patient.close();
  });
});

describe('a process of its own', () => {
  const client = pathToFileURL(join(__dirname, '../../../src/client/index.ts'));

  it.each([
    ['ws', 'open'],
    ['ws', 'hang'],
    ['node', 'open'],
    ['node', 'hang'],
  ] as const)('ends by itself when its client is closed (%s, %s)', async (from, handshake) => {
    const server = new FakeServer();
    server.handshakes.push(handshake);
    await using loopback = await startLoopbackServer(server);
    const script = `
      import { createClient } from '${client}';
      import { once } from 'node:events';
      import { WebSocket } from 'ws';
      const given = '${from}' === 'ws' ? { WebSocket } : {};
      const client = createClient({ url: '${loopback.url}', ...given });
      const joining = client.join('tea').catch(() => {});
      if ('${handshake}' === 'open') await (await joining).send('hello');
      else await once(process.stdin.resume(), 'end');
      await client.close();
      console.log(client.status.state, process.getActiveResourcesInfo().includes('Timeout'));`;
    const child = execFile(process.execPath, ['--input-type=module', '-e', script], {
      cwd: __dirname,
    });
    const output = child.stdout?.toArray();
    await waitUntil(() => server.handshakes.length === 0);
    child.stdin?.end();
    expect(await once(child, 'close')).toEqual([0, null]);
    expect((await output)?.join('')).toBe('closed false\n');
  });
});

describe('a socket that never closes', () => {
  it('is ended after two seconds where that is possible, as with ws', async () => {
    const server = new FakeServer();
    await using loopback = await startLoopbackServer(server);
    const client = createClient({ url: loopback.url, WebSocket: PackageWebSocket });
    await client.connect();
    const [socket] = loopback.openSockets;
    socket?.pause();
    await client.close();
    socket?.resume();
    if (socket) await once(socket, 'close');
    expect(loopback.openSockets.size).toBe(0);
  });
});

/** Whether anybody looks at the answers to Node's own requests. */
function hasSubscribers(): boolean {
  const channel = 'undici:request:headers';
  const listener = () => {};
  subscribe(channel, listener);
  const all = Object(process.getBuiltinModule('node:diagnostics_channel').channel(channel));
  const count = all._subscribers.length;
  unsubscribe(channel, listener);
  return count > 1;
}
