import type { User } from '../../../src/server/store/members.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import { createGatewayEvent, type Frame, type TestServer } from '../../helpers/test-server.ts';

let table: TestTable;
const start = Date.UTC(2026, 10, 22);

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

describe('rooms', () => {
  const join = (room: string) => ({ action: 'joinroom', room });

  it('are as many as a connection may be in, the default room among them', async () => {
    const server = new StrictTestServer(table, { limits: { roomsPerConnection: 3 } });
    const id = await server.connectTo(['r1', 'r2']);
    expect(await server.send(id, join('r3'))).toMatchObject({ code: 'forbidden' });
    expect(await server.send(id, join('r1'))).toMatchObject({ type: 'ack' });
    await server.request(id, { action: 'leaveroom', room: 'lobby' });
    expect(await server.send(id, join('r3'))).toMatchObject({ type: 'ack' });
    const { rooms } = await server.request(id, { action: 'listrooms' });
    expect(rooms.map(({ room }: Frame) => room)).toEqual(['r1', 'r2', 'r3']);
  });

  it('are never more, however many are joined at once', async () => {
    const server = new StrictTestServer(table, { limits: { roomsPerConnection: 5 } });
    const id = await server.connect();
    const rooms = Array.from({ length: 20 }, (_, index) => `at-once-${index}`);
    const replies = await Promise.all(rooms.map((room) => server.send(id, join(room))));
    expect(replies.filter(({ type }) => type === 'ack')).toHaveLength(4);
    expect(await findRows(table, 'ROOM#at-once')).toHaveLength(4);
  });

  it('of a connection that left all of them can be joined again', async () => {
    const server = new StrictTestServer(table, { limits: { roomsPerConnection: 1 } });
    const id = await server.connect();
    await server.request(id, { action: 'leaveroom', room: 'lobby' });
    await server.request(id, join('tea'));
    expect(await server.send(id, join('cake'))).toMatchObject({ code: 'forbidden' });
  });

  it('are full when so many connections are in, until one leaves', async () => {
    let now = start;
    const limits = { connectionsPerRoom: 3 };
    const server = new StrictTestServer(table, { limits, now: () => now });
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push(await server.connectTo('full'));
    const late = await server.connect();
    expect(await server.send(late, join('full'))).toMatchObject({ code: 'forbidden' });
    expect(await server.send(ids[0] ?? '', join('full'))).toMatchObject({ type: 'ack' });

    await server.request(ids[0] ?? '', { action: 'leaveroom', room: 'full' });
    now += 60_000;
    expect(await server.send(late, join('full'))).toMatchObject({ type: 'ack' });
    expect(await server.send(await server.connect(), join('full'))).toMatchObject({
      code: 'forbidden',
    });
  });

  it('let everyone into the default room', async () => {
    const server = new StrictTestServer(table, { limits: { connectionsPerRoom: 1 } });
    const ids = await Promise.all([server.connect(), server.connect(), server.connect()]);
    // They were in it silently.
    for (const id of ids) await server.request(id, join('lobby'));
  });
});

describe('reactions', () => {
  /** A message, and who reacts to it. */
  async function message(room: string) {
    const server = new StrictTestServer(table);
    const id = await server.connectTo(room);
    const { seq } = await server.request(id, { action: 'sendmessage', room, message: 'x' });
    const react = (emoji: string, more: Frame = {}) =>
      server.send(id, { action: 'react', room, seq, emoji, ...more });
    const page = async () => (await server.request(id, { action: 'history', room }))['messages'][0];
    return { world: server, id, seq, react, page };
  }
  const twenty = Array.from({ length: 20 }, (_, index) => `e${index}`);

  it('are by twenty different emojis on one message, and by these any number', async () => {
    const { world: server, react } = await message('twenty');
    for (const emoji of twenty) expect(await react(emoji)).toMatchObject({ type: 'ack' });
    expect(await react('one more')).toMatchObject({ code: 'forbidden', retryable: false });
    const other = await server.connectTo('twenty');
    const again = { action: 'react', room: 'twenty', seq: 1, emoji: 'e7' };
    expect(await server.send(other, again)).toMatchObject({ type: 'ack' });
  });

  it('are taken off whatever is on the message', async () => {
    const { react } = await message('off');
    for (const emoji of twenty) await react(emoji);
    expect(await react('e0', { on: false })).toMatchObject({ type: 'ack' });
    expect(await react('never there', { on: false })).toMatchObject({ type: 'ack' });
  });

  it('are never by more, however many come at once', async () => {
    const { react, page } = await message('rush');
    const all = Array.from({ length: 40 }, (_, index) => react(`r${index}`));
    const replies = await Promise.all(all);
    expect(replies.filter(({ type }) => type === 'ack')).toHaveLength(20);
    expect(Object.keys((await page()).reactions)).toHaveLength(20);
  });

  it('are by the twentieth of many who choose it at once', async () => {
    const { world: server, react } = await message('twentieth');
    for (const emoji of twenty.slice(1)) await react(emoji);
    const others = await Promise.all(
      Array.from({ length: 10 }, () => server.connectTo('twentieth')),
    );
    const last = { action: 'react', room: 'twentieth', seq: 1, emoji: 'last' };
    const replies = await Promise.all(others.map((other) => server.send(other, last)));
    expect(replies.map(({ type }) => type)).toEqual(Array(10).fill('ack'));
  });

  it('that were acked are acked again, though by now there are too many', async () => {
    const { react } = await message('again');
    const first = await react('e0', { id: 'first' });
    for (const emoji of twenty) await react(emoji);
    expect(await react('e0', { id: 'first' })).toEqual(first);
  });

  it('name the first 300 people, so that the longest message fits into a frame', async () => {
    const server = new StrictTestServer(table);
    const author: User = { userId: 'a'.repeat(255), name: '\u{1F375}'.repeat(64) };
    const text = { type: 'message', id: 'i'.repeat(64), message: '\u0001'.repeat(4096) } as const;
    const { seq } = await server.store.eventLog.append('crowd', author, text);
    for (let from = 0; from < 310; from += 31) {
      const some = Array.from({ length: 31 }, (_, index) => from + index);
      await Promise.all(some.map((person) => crowdReacts(server, seq, person)));
    }
    const id = await server.connectTo('crowd');
    const event = createGatewayEvent('MESSAGE', 'history', id);
    const body = JSON.stringify({ action: 'history', room: 'crowd' });
    const reply = await server.invoke({ ...event, body });
    expect(Buffer.byteLength(reply.body ?? '')).toBeLessThan(128 * 1024);
    const { messages }: Frame = JSON.parse(reply.body ?? '');
    expect(Object.values(messages[0].reactions).flat()).toHaveLength(300);
  });
});

/** One of a crowd with the longest ids puts the emoji, of the longest, on a message that is theirs. */
async function crowdReacts(server: TestServer, target: number, person: number): Promise<void> {
  const userId = String(person).padStart(255, 'x');
  const emoji = String(person % 20).padStart(16, '\u0001');
  const draft = { type: 'reaction', target, emoji, on: true } as const;
  await server.store.messages.applyEvent(
    await server.store.eventLog.append('crowd', { userId, name: 'x' }, draft),
  );
}
