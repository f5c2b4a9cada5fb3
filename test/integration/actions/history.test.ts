import type { DurableEvent } from '../../../schemas/index.ts';
import type { NewEvent } from '../../../src/server/store/event-rows.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';

jest.setTimeout(60_000);

let table: TestTable;
let server: StrictTestServer;
let now: number;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());
beforeEach(() => {
  now = Date.UTC(2026, 10, 22);
  server = new StrictTestServer(table, { now: () => now });
});

const author = { userId: 'u', name: 'n' };
const day = 24 * 3600_000;

/** Fills a room with so many messages, amended here and there; returns them as they then stand. */
async function fill(room: string, count: number): Promise<Frame[]> {
  const { eventLog, messages } = server.store;
  const standing: Frame[] = [];
  const append = async (createNewEvent: NewEvent) => {
    now += 1;
    const event = await eventLog.append(room, author, createNewEvent);
    await messages.applyEvent(event);
    return event;
  };
  while (standing.length < count) {
    const some = Array.from({ length: Math.min(25, count - standing.length) }, async (_, n) =>
      append({ type: 'message', id: 'filled', message: `text ${n}` }),
    );
    const said = (await Promise.all(some)).toSorted((a, b) => a.seq - b.seq);
    standing.push(...said.map((event) => ({ ...event })));
    const [edited, deleted, liked] = [standing.at(-1), standing.at(-9), standing.at(-20)];
    if (edited) Object.assign(edited, toChange(await append(createNewEvent('edited', edited))));
    if (deleted) Object.assign(deleted, toChange(await append(createNewEvent('deleted', deleted))));
    if (liked) Object.assign(liked, toChange(await append(createNewEvent('reaction', liked))));
  }
  return standing;
}

function createNewEvent(type: 'edited' | 'deleted' | 'reaction', { seq: target }: Frame): NewEvent {
  if (type === 'edited') return { type, target, message: `edited ${target}` };
  return type === 'deleted' ? { type, target } : { type, target, emoji: '👍', on: true };
}

/** What an event leaves on the message that it is about. */
function toChange(event: DurableEvent): Frame {
  if (event.type === 'edited') return { message: event.message, editedAt: event.sentAt };
  if (event.type === 'deleted') return { message: '', deletedAt: event.sentAt };
  return { reactions: { '👍': [author.userId] } };
}

/** All pages in one direction, in the order in which they were asked for. */
async function pages(id: string, room: string, direction: 'before' | 'after', limit: number) {
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

describe.each([0, 1, 50, 51, 1000])('history of a room of %i messages', (count) => {
  const room = `of-${count}`;
  let standing: Frame[];

  beforeAll(async () => {
    now = Date.UTC(2026, 10, 22);
    server = new StrictTestServer(table, { now: () => now });
    standing = await fill(room, count);
  });

  const limits = [count > 100 ? 7 : 1, 50, 100];
  const ways = limits.flatMap((limit) => [['before', limit] as const, ['after', limit] as const]);

  it.each(ways)('pages completely by %s, %i at a time', async (direction, limit) => {
    const found = await pages(await server.connectTo(room), room, direction, limit);
    const inOrder = direction === 'after' ? found : found.toReversed();
    expect(inOrder.flat()).toEqual(standing);
    const full = Math.floor(count / limit);
    const sizes = [...Array(full).fill(limit), ...(count % limit ? [count % limit] : [])];
    expect(found.map((page) => page.length)).toEqual(count === 0 ? [0] : sizes);
  });

  it('shows the newest 50, where no more is said', async () => {
    const id = await server.connectTo(room);
    const ack = await server.send(id, { action: 'history', id: 'a1', room });
    expect(ack).toEqual({
      type: 'ack',
      action: 'history',
      id: 'a1',
      room,
      messages: standing.slice(-50),
      more: count > 50,
    });
  });
});

describe('history', () => {
  it('is that of the lobby where no room is named', async () => {
    const aki = await server.connect();
    await server.request(aki, { action: 'sendmessage', message: 'hello' });
    const ack = await server.request(aki, { action: 'history' });
    expect(ack).toMatchObject({ room: 'lobby', messages: [{ message: 'hello' }], more: false });
  });

  it('is empty before the first number, behind the last, and beyond all', async () => {
    const aki = await server.connectTo('edges');
    await server.seedMessages('edges', author, 3);
    const empty = { messages: [], more: false };
    for (const edge of [{ before: 1 }, { after: 3 }, { after: 999_999_999_999 }]) {
      const reply = await server.send(aki, { action: 'history', room: 'edges', ...edge });
      expect({ edge, reply }).toMatchObject({ edge, reply: empty });
    }
  });

  it('takes numbers that are no message’s as edges', async () => {
    const aki = await server.connectTo('between');
    await server.seedMessages('between', author, 2);
    await server.store.eventLog.append('between', author, { type: 'deleted', target: 9 });
    await server.seedMessages('between', author, 2);
    const seqs = async (edge: object) => {
      const ack = await server.request(aki, { action: 'history', room: 'between', ...edge });
      return [ack['messages'].map(({ seq }: Frame) => seq), ack['more']];
    };
    expect(await seqs({ before: 3 })).toEqual([[1, 2], false]);
    expect(await seqs({ after: 3 })).toEqual([[4, 5], false]);
    expect(await seqs({ before: 999_999_999_999, limit: 2 })).toEqual([[4, 5], true]);
    expect(await seqs({ before: 5, limit: 1 })).toEqual([[4], true]);
    expect(await seqs({ after: 1, limit: 1 })).toEqual([[2], true]);
  });

  it.each([
    ['before and after together', { before: 3, after: 1 }],
    ['a limit of 0', { limit: 0 }],
    ['a limit of 101', { limit: 101 }],
    ['before 0', { before: 0 }],
  ])('is invalid with %s', async (_, fields) => {
    const error = await server.send(await server.connect(), { action: 'history', ...fields });
    expect(error).toMatchObject({ type: 'error', code: 'invalid', retryable: false });
  });

  it('does not show what has expired, though its rows are still there', async () => {
    const room = 'expiring';
    await server.seedMessages(room, author, 3);
    now += 60 * day;
    await server.seedMessages(room, author, 2);
    now += 31 * day;
    const aki = await server.connectTo(room);
    const shown = async (fields: object) => {
      const ack = await server.request(aki, { action: 'history', room, ...fields });
      return [ack['messages'].map(({ seq }: Frame) => seq), ack['more']];
    };
    expect(await shown({})).toEqual([[4, 5], false]);
    expect(await shown({ after: 0, limit: 1 })).toEqual([[4], true]);
    expect(await shown({ before: 5, limit: 1 })).toEqual([[4], false]);
    expect(await shown({ before: 4 })).toEqual([[], false]);
    const react = { action: 'react', emoji: '👍', room };
    expect(await server.send(aki, { ...react, seq: 3 })).toMatchObject({ code: 'not_found' });
    expect(await server.send(aki, { ...react, seq: 4 })).toMatchObject({ type: 'ack' });
  });
});
