import { ack, errorReply } from '../../helpers/fakes/replies.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { storedTexts } from './server-log.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  eventually,
  join,
  observe,
  seqNumbers,
  texts,
  useFakeClock,
} from './setup.ts';

useFakeClock();

/** The fields of an error that an older server sends: it repeats no room. */
const fromOlderServer = { room: undefined };

/** Creates a client in the rooms `tea` and `milk`. Each holds three events. */
async function createClientOfTwoRooms() {
  const testClient = createTestClient();
  const tea = await join(testClient.client, { after: 0 }, 'tea');
  const milk = await join(testClient.client, { after: 0 }, 'milk');
  const events = collectEvents(milk);
  for (const room of ['tea', 'milk', 'tea', 'milk', 'tea', 'milk'])
    testClient.server.publish({ room, message: room });
  await advance(10);
  return { ...testClient, tea, milk, events };
}

/** Rejects each send to a room, 100 milliseconds later, with these fields of an error. */
function rejectSendsTo(
  room: string,
  { server }: Awaited<ReturnType<typeof createClientOfTwoRooms>>,
  [code, rest]: readonly [string, object],
): void {
  server.always('sendmessage', (frame, peer) => {
    if (frame['room'] !== room) return server.respond(frame, peer);
    setTimeout(() => peer.send(errorReply(frame, code, rest)), 100);
    return undefined;
  });
}

describe('sends to two rooms with the same id', () => {
  it('are acked each by the ack of its own room', async () => {
    const testClient = await createClientOfTwoRooms();
    const { server, tea, milk, events } = testClient;
    rejectSendsTo('milk', testClient, ['unavailable', { retryable: true }]);
    const sends = [tea, milk].map((room) => observe(room.send(`for ${room.name}`, { id: 'a1' })));
    await advance(50);
    expect(sends.map(({ isSettled }) => isSettled)).toEqual([true, false]);
    server.always('sendmessage', server.respond);
    await advance(60_000);
    expect(sends.map(({ value }) => value?.room)).toEqual(['tea', 'milk']);
    expect(texts(events)).toEqual(['milk', 'milk', 'milk', 'for milk']);
    expect(storedTexts(server, 'milk')).toEqual(texts(events));
  });

  it.each([
    ['the room', {}],
    ['no room, as older servers send', fromOlderServer],
  ])('fail each with its own error, with %s', async (_, fields) => {
    const testClient = await createClientOfTwoRooms();
    const { tea, milk } = testClient;
    rejectSendsTo('milk', testClient, ['forbidden', fields]);
    const sends = [tea, milk].map((room) => observe(room.send('hello', { id: 'a1' })));
    await advance(200);
    expect(sends[0]).toMatchObject({ value: { room: 'tea' } });
    expect(sends[1]).toMatchObject({ error: { code: 'forbidden' } });
  });

  it('wait for another answer if an error without a room could belong to either', async () => {
    const { server, client, tea, milk } = await createClientOfTwoRooms();
    const refuse = (frame: Frame) => errorReply(frame, 'forbidden', fromOlderServer);
    server.once('sendmessage', refuse);
    server.once('sendmessage', () => undefined);
    const sends = [tea, milk].map((room) => observe(room.send(room.name, { id: 'a1' })));
    await advance(10);
    await eventually(client.request('ping', {}));
    expect(sends.map(({ isSettled }) => isSettled)).toEqual([false, false]);
    await advance(30_000);
    expect(sends.map(({ value }) => value?.room)).toEqual(['tea', 'milk']);
  });
});

describe('requests with the same id', () => {
  it('get each the answer to its own action', async () => {
    const { server, client } = createTestClient();
    await eventually(client.connect());
    const held: (() => void)[] = [];
    for (const action of ['typing', 'history', 'ping'])
      server.always(action, (frame, peer) => void held.push(() => peer.send(reply(frame))));
    const reply = (frame: Frame) =>
      frame['action'] === 'typing'
        ? errorReply(frame, 'not_member')
        : ack(frame, { seen: frame['action'] });
    const responses = [
      observe(client.request('typing', { id: 'a1', room: 'tea', typing: true })),
      observe(client.request('history', { id: 'a1', room: 'tea' })),
      observe(client.request('ping', { id: 'a1' })),
    ];
    await advance(10);
    for (const answer of held.toReversed()) answer();
    await advance(10);
    expect(responses.map(({ value, error }) => error?.code ?? value)).toEqual([
      'not_member',
      { seen: 'history' },
      { seen: 'ping' },
    ]);
  });

  it('get one answer each, in the order of the requests', async () => {
    const { server, client } = createTestClient();
    await eventually(client.connect());
    server.always('ping', () => undefined);
    const responses = [1, 2].map(() => observe(client.request('ping', { id: 'a1' })));
    await advance(10);
    for (const [index, frame] of server.requests('ping').entries())
      server.peer.send(index === 0 ? errorReply(frame, 'internal') : ack(frame, { time: 'now' }));
    await advance(10);
    expect(responses[0]?.error?.code).toBe('internal');
    expect(responses[1]?.value).toEqual({ time: 'now' });
  });

  it('match the default room if they name none', async () => {
    const { server, client } = createTestClient();
    await eventually(client.connect());
    server.always('markread', () => undefined);
    const fields = [{ seq: 1, room: 'tea' }, { seq: 1 }];
    const responses = fields.map((field) =>
      observe(client.request('markread', { id: 'a1', ...field })),
    );
    await advance(10);
    for (const room of ['lobby', 'tea'])
      server.peer.send({ type: 'ack', action: 'markread', id: 'a1', room, seq: 1 });
    await advance(10);
    expect(responses.map(({ value }) => value?.room)).toEqual(['tea', 'lobby']);
  });
});

describe('the late answer to a send that has timed out', () => {
  /** Creates a client whose send with the id `a1` to `tea` timed out, and acks it after 300 ms. */
  async function createClientWithLateAck() {
    const testClient = createTestClient();
    const { server, client } = testClient;
    await eventually(client.connect());
    server.once('sendmessage', (frame, peer) => {
      const reply = server.respond(frame, peer);
      setTimeout(() => peer.send(reply), 300);
    });
    const fields = { id: 'a1', room: 'tea', message: 'hello' };
    const send = await eventually(client.request('sendmessage', fields, { timeoutMs: 100 }), 200);
    expect(send.error?.code).toBe('timeout');
    return testClient;
  }

  it.each(['editmessage', 'sendmessage'] as const)(
    'is not the answer to %s with the same id in another room',
    async (action) => {
      const { server, client } = await createClientWithLateAck();
      server.once(action, () => undefined);
      const fields = { id: 'a1', room: 'milk', seq: 1, message: 'hello' };
      const { isSettled } = await eventually(client.request(action, fields), 500);
      expect(isSettled).toBe(false);
    },
  );

  it('is not the answer to an edit with the same id in the same room', async () => {
    const { server, client } = await createClientWithLateAck();
    const tea = await join(client, { after: 0 });
    const events = collectEvents(tea);
    server.once('editmessage', (frame, peer) => {
      const reply = server.respond(frame, peer);
      setTimeout(() => peer.send(reply), 400);
    });
    const edit = await eventually(tea.edit(1, 'hi', { id: 'a1' }), 1_000);
    expect(edit.value).toEqual({ room: 'tea', seq: 2, target: 1 });
    expect(seqNumbers(events)).toEqual([1, 2]);
  });
});
