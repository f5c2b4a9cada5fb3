import { ack, errorReply } from '../../helpers/fakes/replies.ts';
import {
  answerMembers,
  createJoinedClient,
  createReconnectingClient,
  history,
  page,
} from './joined-client.ts';
import {
  advance,
  atEveryMoment,
  createTestClient,
  eventually,
  observe,
  useFakeClock,
} from './setup.ts';

useFakeClock();

describe('Client.request for a joined room', () => {
  it('succeeds right after a reconnect', async () => {
    const { server, client } = await createJoinedClient();
    const response = new Promise((resolve) => {
      client.on('state', ({ state }) => state === 'connected' && resolve(history(client)));
    });
    server.peer.close();
    expect((await eventually(response, 1_000)).value).toEqual(page);
  });

  it('succeeds during the first join', async () => {
    const { server, client } = createTestClient();
    server.always('history', answerMembers);
    observe(client.join('tea'));
    expect((await eventually(history(client))).value).toEqual(page);
  });

  it('is sent once, when the room is joined again', async () => {
    const { server, client, letIn } = await createReconnectingClient();
    const response = observe(history(client));
    await advance(5_000);
    expect([response.isSettled, server.requests('history')]).toEqual([false, []]);
    letIn();
    await advance(10);
    expect(response.value).toEqual(page);
    expect(server.requests('history', server.peer)).toHaveLength(1);
  });

  it('times out while the room is not joined, and is never sent', async () => {
    const { server, client, letIn } = await createReconnectingClient();
    const response = await eventually(history(client, { timeoutMs: 100 }), 110);
    expect(response.error).toMatchObject({ code: 'timeout', retryable: true });
    letIn();
    await advance(10);
    expect(server.requests('history')).toEqual([]);
  });

  it('gets no extra time for its answer after waiting', async () => {
    const { server, client, letIn } = await createReconnectingClient();
    server.always('history', () => undefined);
    const response = observe(history(client, { timeoutMs: 100 }));
    await advance(90);
    letIn();
    await advance(9);
    expect([response.isSettled, server.requests('history').length]).toEqual([false, 1]);
    await advance(5);
    expect(response.error?.code).toBe('timeout');
  });

  it('throws the reason of an abort while it waits, and is never sent', async () => {
    const { server, client, letIn } = await createReconnectingClient();
    const abort = new AbortController();
    const response = observe(history(client, { signal: abort.signal }));
    abort.abort('enough');
    letIn();
    await advance(10);
    expect(response.error).toBe('enough');
    expect(server.requests('history')).toEqual([]);
  });

  it('keeps waiting when the next connection is lost too', async () => {
    const { server, client, letIn } = await createReconnectingClient();
    const response = observe(history(client));
    server.peer.close();
    await advance(10);
    letIn();
    await advance(2_000);
    expect(response.value).toEqual(page);
    expect(server.requests('history')).toHaveLength(1);
  });

  it('throws the error that ended the room', async () => {
    const { server, client } = await createReconnectingClient();
    server.always('joinroom', (frame) => errorReply(frame, 'forbidden'));
    server.peer.close();
    expect((await eventually(history(client), 2_000)).error?.code).toBe('forbidden');
  });

  it('throws closed when the room is left or the client closed', async () => {
    for (const end of ['leave', 'close'] as const) {
      const testClient = await createReconnectingClient();
      const response = observe(history(testClient.client));
      void (end === 'leave' ? testClient.room.leave() : testClient.client.close());
      await advance(0);
      expect(response.error?.code).toBe('closed');
    }
  });
});

describe('Client.request while a room is joined again', () => {
  it.each([{ room: 'coffee' }, {}])('sends a request with %j at once', async (fields) => {
    const { server, client } = await createReconnectingClient();
    const pageOfRoom = { ...page, room: 'lobby', ...fields };
    server.always('history', (frame) => ack(frame, pageOfRoom));
    observe(client.join('undefined'));
    await advance(1);
    expect((await eventually(client.request('history', fields))).value).toEqual(pageOfRoom);
    expect(server.requests('history', server.peer)).toHaveLength(1);
  });

  it.each(['joinroom', 'leaveroom'] as const)('sends %s at once', async (action) => {
    const { server, client } = await createReconnectingClient();
    observe(client.request(action, { room: 'tea', id: 'mine' }));
    await advance(10);
    expect(server.requests(action, server.peer)).toContainEqual({
      action,
      room: 'tea',
      id: 'mine',
    });
  });
});

describe('Client.request while a connection is renewed', () => {
  const maxConnectionAgeMs = 600_000;

  it('succeeds at every moment for a joined room', async () => {
    await atEveryMoment(async (during) => {
      const testClient = await createJoinedClient({ maxConnectionAgeMs });
      const { server, client } = testClient;
      server.write();
      let response: ReturnType<typeof observe> | undefined;
      during(testClient, () => {
        response = observe(history(client));
      });
      await advance(maxConnectionAgeMs * 1.06);
      expect(response?.value).toEqual(page);
      await eventually(client.close());
    });
  });

  it('uses the old connection while it lasts, then the new one', async () => {
    const { server, client } = await createJoinedClient({ maxConnectionAgeMs });
    const heldAnswers: (() => void)[] = [];
    server.once('joinroom', (frame, peer) => {
      heldAnswers.push(() => peer.send(server.respond(frame, peer)));
    });
    await advance(maxConnectionAgeMs * 1.005);
    const [old] = server.peers;
    expect((await eventually(history(client))).value).toEqual(page);
    old?.close();
    await advance(5);
    const response = await eventually(history(client));
    expect(response.isSettled).toBe(false);
    for (const answer of heldAnswers) answer();
    await advance(10);
    expect(response.value).toEqual(page);
    expect(server.peers.map((peer) => server.requests('history', peer).length)).toEqual([1, 1]);
  });
});
