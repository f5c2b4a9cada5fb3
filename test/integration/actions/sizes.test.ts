import type { User } from '../../../src/server/store/members.ts';
import { openTable, type TestTable } from '../../helpers/database.ts';
import { rowsOf } from '../../helpers/rows.ts';
import { ValidWorld } from '../../helpers/strict-test-server.ts';
import { type Frame, gatewayEvent, type World } from '../../helpers/test-server.ts';

let table: TestTable;
const start = Date.UTC(2026, 10, 22);

beforeAll(async () => {
  table = await openTable();
});
afterAll(() => table.close());

describe('rooms', () => {
  const join = (room: string) => ({ action: 'joinroom', room });

  it('are as many as a connection may be in, the default room among them', async () => {
    const world = new ValidWorld(table, { limits: { roomsPerConnection: 3 } });
    const id = await world.enter(['r1', 'r2']);
    expect(await world.send(id, join('r3'))).toMatchObject({ code: 'forbidden' });
    expect(await world.send(id, join('r1'))).toMatchObject({ type: 'ack' });
    await world.ask(id, { action: 'leaveroom', room: 'lobby' });
    expect(await world.send(id, join('r3'))).toMatchObject({ type: 'ack' });
    const { rooms } = await world.ask(id, { action: 'listrooms' });
    expect(rooms.map(({ room }: Frame) => room)).toEqual(['r1', 'r2', 'r3']);
  });

  it('are never more, however many are joined at once', async () => {
    const world = new ValidWorld(table, { limits: { roomsPerConnection: 5 } });
    const id = await world.connect();
    const rooms = Array.from({ length: 20 }, (_, index) => `at-once-${index}`);
    const replies = await Promise.all(rooms.map((room) => world.send(id, join(room))));
    expect(replies.filter(({ type }) => type === 'ack')).toHaveLength(4);
    expect(await rowsOf(table, 'ROOM#at-once')).toHaveLength(4);
  });

  it('of a connection that left all of them can be joined again', async () => {
    const world = new ValidWorld(table, { limits: { roomsPerConnection: 1 } });
    const id = await world.connect();
    await world.ask(id, { action: 'leaveroom', room: 'lobby' });
    await world.ask(id, join('tea'));
    expect(await world.send(id, join('cake'))).toMatchObject({ code: 'forbidden' });
  });

  it('are full when so many connections are in, until one leaves', async () => {
    let now = start;
    const limits = { connectionsPerRoom: 3 };
    const world = new ValidWorld(table, { limits, now: () => now });
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push(await world.enter('full'));
    const late = await world.connect();
    expect(await world.send(late, join('full'))).toMatchObject({ code: 'forbidden' });
    expect(await world.send(ids[0] ?? '', join('full'))).toMatchObject({ type: 'ack' });

    await world.ask(ids[0] ?? '', { action: 'leaveroom', room: 'full' });
    now += 60_000;
    expect(await world.send(late, join('full'))).toMatchObject({ type: 'ack' });
    expect(await world.send(await world.connect(), join('full'))).toMatchObject({
      code: 'forbidden',
    });
  });

  it('let everyone into the default room', async () => {
    const world = new ValidWorld(table, { limits: { connectionsPerRoom: 1 } });
    const ids = await Promise.all([world.connect(), world.connect(), world.connect()]);
    // They were in it silently.
    for (const id of ids) await world.ask(id, join('lobby'));
  });
});

describe('reactions', () => {
  /** A message, and who reacts to it. */
  async function message(room: string) {
    const world = new ValidWorld(table);
    const id = await world.enter(room);
    const { seq } = await world.ask(id, { action: 'sendmessage', room, message: 'x' });
    const react = (emoji: string, more: Frame = {}) =>
      world.send(id, { action: 'react', room, seq, emoji, ...more });
    const page = async () => (await world.ask(id, { action: 'history', room }))['messages'][0];
    return { world, id, seq, react, page };
  }
  const twenty = Array.from({ length: 20 }, (_, index) => `e${index}`);

  it('are by twenty different emojis on one message, and by these any number', async () => {
    const { world, react } = await message('twenty');
    for (const emoji of twenty) expect(await react(emoji)).toMatchObject({ type: 'ack' });
    expect(await react('one more')).toMatchObject({ code: 'forbidden', retryable: false });
    const other = await world.enter('twenty');
    const again = { action: 'react', room: 'twenty', seq: 1, emoji: 'e7' };
    expect(await world.send(other, again)).toMatchObject({ type: 'ack' });
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
    const { world, react } = await message('twentieth');
    for (const emoji of twenty.slice(1)) await react(emoji);
    const others = await Promise.all(Array.from({ length: 10 }, () => world.enter('twentieth')));
    const last = { action: 'react', room: 'twentieth', seq: 1, emoji: 'last' };
    const replies = await Promise.all(others.map((other) => world.send(other, last)));
    expect(replies.map(({ type }) => type)).toEqual(Array(10).fill('ack'));
  });

  it('that were acked are acked again, though by now there are too many', async () => {
    const { react } = await message('again');
    const first = await react('e0', { id: 'first' });
    for (const emoji of twenty) await react(emoji);
    expect(await react('e0', { id: 'first' })).toEqual(first);
  });

  it('name the first 300 people, so that the longest message fits into a frame', async () => {
    const world = new ValidWorld(table);
    const author: User = { userId: 'a'.repeat(255), name: '\u{1F375}'.repeat(64) };
    const text = { type: 'message', id: 'i'.repeat(64), message: '\u0001'.repeat(4096) } as const;
    const { seq } = await world.store.eventLog.append('crowd', author, text);
    for (let from = 0; from < 310; from += 31) {
      const some = Array.from({ length: 31 }, (_, index) => from + index);
      await Promise.all(some.map((person) => crowdReacts(world, seq, person)));
    }
    const id = await world.enter('crowd');
    const event = gatewayEvent('MESSAGE', 'history', id);
    const body = JSON.stringify({ action: 'history', room: 'crowd' });
    const reply = await world.invoke({ ...event, body });
    expect(Buffer.byteLength(reply.body ?? '')).toBeLessThan(128 * 1024);
    const { messages }: Frame = JSON.parse(reply.body ?? '');
    expect(Object.values(messages[0].reactions).flat()).toHaveLength(300);
  });
});

/** One of a crowd with the longest ids puts the emoji, of the longest, on a message that is theirs. */
async function crowdReacts(world: World, target: number, person: number): Promise<void> {
  const userId = String(person).padStart(255, 'x');
  const emoji = String(person % 20).padStart(16, '\u0001');
  const draft = { type: 'reaction', target, emoji, on: true } as const;
  await world.store.messages.applyEvent(
    await world.store.eventLog.append('crowd', { userId, name: 'x' }, draft),
  );
}
