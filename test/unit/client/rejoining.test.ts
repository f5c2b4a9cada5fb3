import type { Client, ClientOptions, RequestOptions } from '../../../src/client/index.ts';
import { ack, errorReply, type RequestHandler } from '../../helpers/fakes/fake-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import {
  advance,
  atEveryMoment,
  createTestClient,
  eventually,
  join,
  observe,
  useFakeClock,
} from './setup.ts';

useFakeClock();

const page = { room: 'tea', messages: [], more: false };

/** Shows a room to nobody who is not in it. */
const answerMembers = (frame: Frame, { rooms }: Parameters<RequestHandler>[1]) =>
  rooms.has(frame['room']) ? ack(frame, page) : errorReply(frame, 'not_member');

const history = (client: Client, options?: RequestOptions) =>
  client.request('history', { room: 'tea' }, options);

/** A client in a room of a server that shows it to members alone. */
async function createJoinedClient(options: Partial<ClientOptions> = {}) {
  const testClient = createTestClient(options);
  testClient.server.always('history', answerMembers);
  const room = await join(testClient.client);
  return { ...testClient, room };
}

/** Such a client that is connected again, and let into the room again when it is told. */
async function createReconnectingClient() {
  const testClient = await createJoinedClient();
  const { server } = testClient;
  const pendingJoins: (() => void)[] = [];
  server.always('joinroom', (frame, peer) => {
    pendingJoins.push(() => peer.send(server.respond(frame, peer)));
  });
  server.peer.close();
  await advance(1_000);
  expect(testClient.client.status.state).toBe('connected');
  const letIn = () => {
    server.always('joinroom', server.respond);
    for (const answer of pendingJoins.splice(0)) answer();
  };
  return { ...testClient, letIn };
}

describe('a request that names a room that is joined here', () => {
  it('is granted right after a reconnect', async () => {
    const { server, client } = await createJoinedClient();
    const asked = new Promise((resolve) => {
      client.on('state', ({ state }) => state === 'connected' && resolve(history(client)));
    });
    server.peer.close();
    expect((await eventually(asked, 1_000)).value).toEqual(page);
  });

  it('is granted while it is joined for the first time', async () => {
    const { server, client } = createTestClient();
    server.always('history', answerMembers);
    observe(client.join('tea'));
    expect((await eventually(history(client))).value).toEqual(page);
  });

  it('goes out when one is there again, once', async () => {
    const { server, client, letIn } = await createReconnectingClient();
    const asked = observe(history(client));
    await advance(5_000);
    expect([asked.isSettled, server.requests('history')]).toEqual([false, []]);
    letIn();
    await advance(10);
    expect(asked.value).toEqual(page);
    expect(server.requests('history', server.peer)).toHaveLength(1);
  });

  it('times out as any other while one is not, and is not sent then', async () => {
    const { server, client, letIn } = await createReconnectingClient();
    const asked = await eventually(history(client, { timeoutMs: 100 }), 110);
    expect(asked.error).toMatchObject({ code: 'timeout', retryable: true });
    letIn();
    await advance(10);
    expect(server.requests('history')).toEqual([]);
  });

  it('has no more time for its answer because it has waited', async () => {
    const { server, client, letIn } = await createReconnectingClient();
    server.always('history', () => undefined);
    const asked = observe(history(client, { timeoutMs: 100 }));
    await advance(90);
    letIn();
    await advance(9);
    expect([asked.isSettled, server.requests('history').length]).toEqual([false, 1]);
    await advance(5);
    expect(asked.error?.code).toBe('timeout');
  });

  it('that aborts meanwhile throws the reason, and is not sent', async () => {
    const { server, client, letIn } = await createReconnectingClient();
    const abort = new AbortController();
    const asked = observe(history(client, { signal: abort.signal }));
    abort.abort('enough');
    letIn();
    await advance(10);
    expect(asked.error).toBe('enough');
    expect(server.requests('history')).toEqual([]);
  });

  it('waits on where that connection is lost too', async () => {
    const { server, client, letIn } = await createReconnectingClient();
    const asked = observe(history(client));
    server.peer.close();
    await advance(10);
    letIn();
    await advance(2_000);
    expect(asked.value).toEqual(page);
    expect(server.requests('history')).toHaveLength(1);
  });

  it('throws why one may not be there any more', async () => {
    const { server, client } = await createReconnectingClient();
    server.always('joinroom', (frame) => errorReply(frame, 'forbidden'));
    server.peer.close();
    expect((await eventually(history(client), 2_000)).error?.code).toBe('forbidden');
  });

  it('is over where the room is left, or the client closed', async () => {
    for (const end of ['leave', 'close'] as const) {
      const testClient = await createReconnectingClient();
      const asked = observe(history(testClient.client));
      void (end === 'leave' ? testClient.room.leave() : testClient.client.close());
      await advance(0);
      expect(asked.error?.code).toBe('closed');
    }
  });
});

describe('while a room is being joined again', () => {
  it.each([{ room: 'coffee' }, {}])('a request about %j goes out at once', async (fields) => {
    const { server, client } = await createReconnectingClient();
    server.always('history', (frame) => ack(frame, page));
    observe(client.join('undefined'));
    await advance(1);
    expect((await eventually(client.request('history', fields))).value).toEqual(page);
    expect(server.requests('history', server.peer)).toHaveLength(1);
  });

  it.each(['joinroom', 'leaveroom'] as const)('%s itself goes out at once', async (action) => {
    const { server, client } = await createReconnectingClient();
    observe(client.request(action, { room: 'tea', id: 'mine' }));
    await advance(10);
    expect(server.requests(action, server.peer)).toContainEqual({
      action,
      room: 'tea',
      id: 'mine',
    });
  });

  it('leaving it is not delayed', async () => {
    const { server, room } = await createReconnectingClient();
    expect(await eventually(room.leave())).toMatchObject({ isSettled: true });
    expect(server.requests('leaveroom', server.peer)).toHaveLength(1);
  });
});

describe('while a connection is being renewed', () => {
  const maxConnectionAgeMs = 600_000;

  it('a request that names a room is granted at whatever moment', async () => {
    await atEveryMoment(async (during) => {
      const testClient = await createJoinedClient({ maxConnectionAgeMs });
      const { server, client } = testClient;
      server.write();
      let asked: ReturnType<typeof observe> | undefined;
      during(testClient, () => {
        asked = observe(history(client));
      });
      await advance(maxConnectionAgeMs * 1.06);
      expect(asked?.value).toEqual(page);
      await eventually(client.close());
    });
  });

  it('a request goes out on the old one as long as that is there, and on the new one then', async () => {
    const { server, client } = await createJoinedClient({ maxConnectionAgeMs });
    const held: (() => void)[] = [];
    server.once('joinroom', (frame, peer) => {
      held.push(() => peer.send(server.respond(frame, peer)));
    });
    await advance(maxConnectionAgeMs * 1.005);
    const [old] = server.peers;
    expect((await eventually(history(client))).value).toEqual(page);
    old?.close();
    await advance(5);
    const asked = await eventually(history(client));
    expect(asked.isSettled).toBe(false);
    for (const answer of held) answer();
    await advance(10);
    expect(asked.value).toEqual(page);
    expect(server.peers.map((peer) => server.requests('history', peer).length)).toEqual([1, 1]);
  });
});
