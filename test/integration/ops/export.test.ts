import { Writable } from 'node:stream';
import { exportRoom } from '../../../src/ops/export-room.ts';
import { logKey } from '../../../src/server/store/keys.ts';
import { openTable, type TestTable } from '../../helpers/database.ts';
import { valid } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { aki, aParty, eraseAki, operators, worldOf } from './erasure-fixture.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTable();
});
afterAll(() => table.close());

/** Exports a room; each line as it was written. */
async function exported(room: string, from = operators(table)) {
  const lines: string[] = [];
  const out = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const count = await exportRoom(from, room, out);
  return { count, lines, events: lines.map((line): Frame => JSON.parse(line)) };
}

/** A room’s messages as its log alone tells them, by the rules of the protocol. */
function replayed(events: readonly Frame[]): Frame[] {
  const messages = new Map<number, Frame>();
  const reactions = new Map<number, Map<string, Frame>>();
  for (const event of events) {
    const { type, seq, target, sentAt, from, emoji, message } = event;
    const about = messages.get(target);
    if (type === 'message') messages.set(seq, event);
    if (!about || about['deletedAt']) continue;
    if (type === 'edited') messages.set(target, { ...about, message, editedAt: sentAt });
    if (type === 'deleted') messages.set(target, { ...about, message: '', deletedAt: sentAt });
    if (type !== 'reaction') continue;
    const on = reactions.get(target) ?? new Map<string, Frame>();
    reactions.set(target, on);
    const key = JSON.stringify([from.userId, emoji]);
    if (!event['on']) on.delete(key);
    else if (!on.has(key)) on.set(key, event);
  }
  return [...messages.values()].map((message) => {
    const standing = [...(reactions.get(message['seq'])?.values() ?? [])];
    if (standing.length === 0) return message;
    const byEmoji = Object.entries(Object.groupBy(standing, ({ emoji }) => emoji));
    const people = byEmoji.map(([emoji, on = []]) => [emoji, on.map(({ from }) => from.userId)]);
    return { ...message, reactions: Object.fromEntries(people) };
  });
}

describe('an exported room', () => {
  it('has nothing in it that a terminal obeys, and the same texts', async () => {
    const world = worldOf(table);
    const ben = await world.enter('terminal', { token: 'ben' });
    const message = 'a\u009b2J\u007fb';
    await world.ask(ben, { action: 'sendmessage', room: 'terminal', message });
    const { lines, events } = await exported('terminal');
    expect(lines.filter((line) => /\p{Cc}/u.test(line.trimEnd()))).toEqual([]);
    expect(events).toMatchObject([{ message }]);
  });

  it('is its log: each event once, in order, on a line of its own, exactly as on the wire', async () => {
    const { world, ben } = await aParty(table, ['tea']);
    const { count, lines, events } = await exported('tea');
    const log = await world.ask(ben, { action: 'joinroom', room: 'tea', after: 0 });
    expect(lines.map((line) => line.at(-1))).toEqual(lines.map(() => '\n'));
    expect(events.map(valid)).toEqual(log['events']);
    expect(count).toBe(17);
  });

  it('tells how its messages now stand, as history does', async () => {
    const { world, ben } = await aParty(table, ['room-2']);
    const { messages } = await world.ask(ben, { action: 'history', room: 'room-2' });
    const { events } = await exported('room-2');
    expect(replayed(events)).toEqual(messages);
    expect(messages.some((message: Frame) => message['reactions'])).toBe(true);
  });

  it('is all of it, however many pages it has', async () => {
    const world = worldOf(table);
    const long = { userId: 'ben', name: 'Ben' };
    await world.fill('long', long, 150);
    const ben = await world.enter('long', { token: 'ben' });
    const act = (frame: Frame) => world.ask(ben, { room: 'long', ...frame });
    const message = '長'.repeat(4_000);
    for (let seq = 1; seq <= 150; seq += 1) {
      await act({ action: 'editmessage', seq, message });
      await act({ action: 'sendmessage', message });
    }
    const { count, events } = await exported('long');
    expect(count).toBe(450);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 450 }, (_, n) => n + 1));
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['message', 'edited']));
  });

  it('is without what was erased, has expired, or was never written', async () => {
    const { world } = await aParty(table, ['lobby']);
    const fields = { u: 'ben', n: 'Ben', i: 'x', t: 'expired', at: 1, ttl: 1 };
    await operators(table).put({ ...logKey('lobby', 'M', 40), ...fields });
    await operators(table).put({ ...logKey('lobby', 'E', 41), sealed: true });
    const { events: before } = await exported('lobby');
    await eraseAki(operators(table));
    const { events } = await exported('lobby');
    expect(before).toHaveLength(17);
    expect(events).toEqual(before.filter(({ from }) => from.userId !== aki));
    const dora = await world.connect({ token: 'dora' });
    expect(await world.ask(dora, { action: 'joinroom', room: 'lobby', after: 0 })).toMatchObject({
      events,
    });
  });
});

describe('no room', () => {
  it.each(['te', 'tea#', 'tea~', 'TEA', 'M', '__proto__'])('is exported as %s', async (room) => {
    await worldOf(table).fill('tea', { userId: 'ben', name: 'Ben' }, 1);
    expect(await exported(room)).toMatchObject({ count: undefined, lines: [] });
  });
});

describe('an export that is cut short', () => {
  it('says so where the engine fails in between', async () => {
    await worldOf(table).fill('failing', { userId: 'ben', name: 'Ben' }, 3);
    const whole = operators(table);
    const failing = {
      ...whole,
      async *query(...all: Parameters<typeof whole.query>) {
        yield* whole.query(...all);
        throw new Error('throttled');
      },
    };
    await expect(exported('failing', failing)).rejects.toThrow('throttled');
  });

  it('says so where nobody takes it any more', async () => {
    await worldOf(table).fill('untaken', { userId: 'ben', name: 'Ben' }, 3);
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    await expect(exportRoom(operators(table), 'untaken', broken)).rejects.toThrow('EPIPE');
  });
});
