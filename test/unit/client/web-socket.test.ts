import {
  type Client,
  type ClientOptions,
  type ConnectionState,
  createClient,
  KaiwaError,
  type RoomEvent,
} from '../../../src/client/index.ts';
import { FakeServer } from '../../helpers/fakes/fake-server.ts';
import { startLoopbackServer } from './loopback-server.ts';
import { classes, countSubscribers, waitForState, waitUntil } from './web-sockets.ts';

describe.each(classes)('Client with the WebSocket of %s', (_, WebSocket) => {
  /** Runs a test with a client of a fake server, and checks that it leaves nothing behind. */
  async function withClient(
    test: (server: FakeServer, client: Client) => Promise<void>,
    options: Partial<ClientOptions> = {},
  ): Promise<void> {
    const server = new FakeServer();
    await using loopback = await startLoopbackServer(server);
    const client = createClient({
      url: loopback.url,
      maxReconnectDelayMs: 20,
      ...(WebSocket && { WebSocket }),
      ...options,
    });
    try {
      await test(server, client);
    } finally {
      await client.close();
    }
    await waitUntil(() => loopback.openSockets.size === 0);
    expect(server.peers.filter(({ isOpen }) => isOpen)).toEqual([]);
    expect(countSubscribers()).toBe(0);
  }

  it('connects, joins, sends, listens, and leaves nothing behind', () =>
    withClient(async (server, client) => {
      const room = await client.join('tea');
      expect(await room.send('hello')).toMatchObject({ seq: 1 });
      server.publish();
      const events: RoomEvent[] = [];
      for await (const event of room) if (events.push(event) === 2) break;
      expect(events.map(({ seq }) => seq)).toEqual([1, 2]);
      expect(server.peer.protocols[0]).toBe('kaiwa.v1');
    }));

  it.each([401, 403])('closes for good when the handshake is answered with %i', (status) =>
    withClient(async (server, client) => {
      // Node repeats a handshake that is answered with 401.
      server.handshakes.push(status, status);
      await expect(client.connect()).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringContaining(String(status)),
      });
      expect(client.status.state).toBe('closed');
    }),
  );

  it('stays open when only the first of two handshakes is rejected', () =>
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

  it.each([400, 429, 500, 503, 'cut'] as const)(
    'retries when the handshake is answered with %s',
    (how) =>
      withClient(async (server, client) => {
        server.handshakes.push(how, how);
        await client.connect();
        expect(client.status.state).toBe('connected');
        expect(server.handshakes).toEqual([]);
      }),
  );

  it('reports why it waits', () =>
    withClient(async (server, client) => {
      server.handshakes.push(503);
      const errors: unknown[] = [];
      client.on('state', ({ error }) => error && errors.push(error));
      await client.connect();
      expect(errors[0]).toBeInstanceOf(KaiwaError);
      expect(errors[0]).toMatchObject({ code: 'disconnected', cause: expect.anything() });
      expect(String((errors[0] as KaiwaError).cause)).toContain('503');
    }));

  it('retries a hanging handshake', () =>
    withClient(
      async (server, client) => {
        server.handshakes.push('hang');
        await client.connect();
        expect(server.peers).toHaveLength(1);
      },
      { connectTimeoutMs: 100 },
    ));

  it('closes while a handshake hangs', () =>
    withClient(async (server, client) => {
      server.handshakes.push('hang');
      const connecting = client.connect();
      await waitUntil(() => server.handshakes.length === 0);
      void client.close();
      await expect(connecting).rejects.toMatchObject({ code: 'closed' });
    }));

  it.each([1001, 1006, 1009, 1012])('reconnects after close code %i', (code) =>
    withClient(async (server, client) => {
      const room = await client.join('tea');
      const lost = waitForState(client, 'reconnecting');
      server.peer.close(code);
      await lost;
      expect(await room.send('hello')).toMatchObject({ seq: 1 });
      expect(server.peers).toHaveLength(2);
    }),
  );

  it('reconnects when the server closes right after an answer', () =>
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

  it('survives frames that it cannot read', () =>
    withClient(async (server, client) => {
      const room = await client.join('tea');
      const frames: unknown[] = [];
      client.on('frame', (frame) => frames.push(frame));
      for (const data of ['{', Buffer.from([1, 2]), 'null', '[]', '7']) server.peer.send(data);
      expect(await room.send('hello')).toMatchObject({ seq: 1 });
      expect(frames).toEqual(['{', expect.anything(), null, [], 7]);
    }));

  it('replaces a connection without answers, and sends again', () =>
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
