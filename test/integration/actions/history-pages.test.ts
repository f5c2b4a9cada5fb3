import type { DurableEvent } from '../../../schemas/index.ts';
import type { NewEvent } from '../../../src/server/store/event-rows.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';

jest.setTimeout(60_000);

const author = { userId: 'u', name: 'n' };

/** Appends messages to a room, amends some, and returns them as history must show them. */
async function fill(
  server: StrictTestServer,
  clock: { now: number },
  room: string,
  count: number,
): Promise<Frame[]> {
  const { eventLog, messages } = server.store;
  const expected: Frame[] = [];
  const append = async (newEvent: NewEvent) => {
    clock.now += 1;
    const event = await eventLog.append(room, author, newEvent);
    await messages.applyEvent(event);
    return event;
  };
  while (expected.length < count) {
    const batch = Array.from({ length: Math.min(25, count - expected.length) }, async (_, n) =>
      append({ type: 'message', id: 'filled', message: `text ${n}` }),
    );
    const appended = (await Promise.all(batch)).toSorted((a, b) => a.seq - b.seq);
    expected.push(...appended.map((event) => ({ ...event })));
    for (const [type, index] of amended) {
      const message = expected.at(index);
      if (message) Object.assign(message, toChange(await append(createAmendment(type, message))));
    }
  }
  return expected;
}

/** The amendments of each batch, with the index of the message that they amend. */
const amended = [
  ['edited', -1],
  ['deleted', -9],
  ['reaction', -20],
] as const;

function createAmendment(
  type: 'edited' | 'deleted' | 'reaction',
  { seq: target }: Frame,
): NewEvent {
  if (type === 'edited') return { type, target, message: `edited ${target}` };
  return type === 'deleted' ? { type, target } : { type, target, emoji: '👍', on: true };
}

/** Returns the fields that an event changes on its message. */
function toChange(event: DurableEvent): Frame {
  if (event.type === 'edited') return { message: event.message, editedAt: event.sentAt };
  if (event.type === 'deleted') return { message: '', deletedAt: event.sentAt };
  return { reactions: { '👍': [author.userId] } };
}

/** Reads all pages in one direction, and returns them in the order of the requests. */
async function readPages(
  server: StrictTestServer,
  room: string,
  direction: 'before' | 'after',
  limit: number,
) {
  const id = await server.connectTo(room);
  const found: Frame[][] = [];
  let edge: object = direction === 'after' ? { after: 0 } : {};
  for (let more = true; more && found.length < 200; ) {
    const page = await server.request(id, { action: 'history', room, limit, ...edge });
    const { messages } = page;
    found.push(messages);
    more = page['more'];
    edge = { [direction]: messages.at(direction === 'after' ? -1 : 0)?.seq };
  }
  return found;
}

describe.each([0, 1, 50, 51, 1000])('history of %i messages', (count) => {
  const room = `of-${count}`;
  let table: TestTable;
  let server: StrictTestServer;
  let messages: Frame[];

  beforeAll(async () => {
    table = await openTestTable();
    const clock = { now: Date.UTC(2026, 10, 22) };
    server = new StrictTestServer(table, { now: () => clock.now });
    messages = await fill(server, clock, room, count);
  });
  afterAll(() => table.close());

  const limits = [count > 100 ? 7 : 1, 50, 100];
  const pagings = limits.flatMap((limit) => [
    ['before', limit] as const,
    ['after', limit] as const,
  ]);

  it.each(pagings)(
    'returns every message once by `%s` with the limit %i',
    async (direction, limit) => {
      const found = await readPages(server, room, direction, limit);
      const inOrder = direction === 'after' ? found : found.toReversed();
      expect(inOrder.flat()).toEqual(messages);
      const full = Math.floor(count / limit);
      const sizes = [...Array(full).fill(limit), ...(count % limit ? [count % limit] : [])];
      expect(found.map((page) => page.length)).toEqual(count === 0 ? [0] : sizes);
    },
  );

  it('returns the newest 50 by default', async () => {
    const id = await server.connectTo(room);
    const ack = await server.send(id, { action: 'history', id: 'a1', room });
    expect(ack).toEqual({
      type: 'ack',
      action: 'history',
      id: 'a1',
      room,
      messages: messages.slice(-50),
      more: count > 50,
    });
  });
});
