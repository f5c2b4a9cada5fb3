import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { deduplicateBySeq } from '../../helpers/fakes/fake-connections-api.ts';
import { CrashingProcess } from '../../helpers/fakes/faulty-dynamo.ts';
import { type Frame, TestServer } from '../../helpers/test-server.ts';

jest.setTimeout(120_000);

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const hello = { action: 'sendmessage', message: 'hello' };

/** The durable requests. Each is about the room's first message, if about any. */
const requests: [string, Frame][] = [
  ['a send', { action: 'sendmessage', message: 'once' }],
  ['a reply', { action: 'sendmessage', message: 'once', replyTo: 1 }],
  ['an edit', { action: 'editmessage', seq: 1, message: 'once' }],
  ['a delete', { action: 'deletemessage', seq: 1 }],
  ['a reaction', { action: 'react', seq: 1, emoji: '👍' }],
];

let rooms = 0;

/** Creates a room with one message, a sender on two connections, and three others. */
async function createRoom(crashing: CrashingProcess) {
  rooms += 1;
  const room = `room-${rooms}`;
  const server = new TestServer(table);
  const dying = new TestServer(crashing.table(table), {
    outcome: (id, frame) =>
      crashing.step(async () => {
        server.pushedTo(id).push(frame);
        return 'delivered' as const;
      }),
  });
  const key = `the-sender-of-${room}`;
  const [sender, laptop] = [await server.connect({ key }), await server.connect({ key })];
  const others = [await server.connect(), await server.connect(), await server.connect()];
  for (const id of [sender, laptop, ...others]) await server.send(id, { action: 'joinroom', room });
  await server.send(sender, { ...hello, room });
  server.pushed.clear();
  return { room, server, dying, sender, laptop, others };
}

describe.each(requests)('%s of a process that dies', (_name, request) => {
  it('takes effect once by a retry, after a death at any call or delivery', async () => {
    let deaths = 0;
    for (let died = true; died; deaths += 1) {
      const crashing = new CrashingProcess();
      const { room, server, dying, sender, laptop, others } = await createRoom(crashing);
      const frame = { ...request, room, id: 'the-id' };

      crashing.stepsLeft = deaths;
      const first = await dying.send(sender, frame);
      died = crashing.died;
      const second = await server.send(laptop, frame);

      expect(second['type']).toBe('ack');
      expect(died ? 'error' : second).toEqual(died ? first['type'] : first);
      expect(await server.send(sender, frame)).toEqual(second);
      const { events } = await server.store.recovery.eventsAfter(room, 1);
      expect(events.map(({ seq }) => seq)).toEqual([second['seq']]);
      for (const other of others) expect(deduplicateBySeq(server.pushedTo(other))).toEqual(events);
      const { messages } = await server.store.messages.page(room, { limit: 100 });
      expect(messages).toEqual(await replay(server, room));
    }
    // A request reads the connection, writes three rows, reads the members and makes four deliveries.
    expect(deaths).toBeGreaterThan(8);
  });
});

/** Rebuilds the room's messages from its log. */
async function replay(server: TestServer, room: string): Promise<Frame[]> {
  const { events } = await server.store.recovery.eventsAfter(room, 0);
  const messages = new Map<number, Frame>();
  for (const event of events) {
    const target = event.type === 'message' ? undefined : messages.get(event.target);
    if (event.type === 'message') messages.set(event.seq, { ...event });
    if (event.type === 'edited')
      Object.assign(target ?? {}, { message: event.message, editedAt: event.sentAt });
    if (event.type === 'deleted')
      Object.assign(target ?? {}, { message: '', deletedAt: event.sentAt });
    if (event.type === 'reaction')
      Object.assign(target ?? {}, { reactions: { [event.emoji]: [event.from.userId] } });
  }
  return [...messages.values()];
}
