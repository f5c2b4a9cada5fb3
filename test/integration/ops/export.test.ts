import { Writable } from 'node:stream';
import { exportRoom } from '../../../src/ops/export-room.ts';
import { logKey } from '../../../src/server/store/keys.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { assertValid } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import {
  akiUserId,
  createOpsTable,
  createTestServer,
  eraseAki,
  seedConversation,
} from './erasure-fixture.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** Exports a room; each line as it was written. */
async function exportToFrames(room: string, from = createOpsTable(table)) {
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
function replay(events: readonly Frame[]): Frame[] {
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
    const server = createTestServer(table);
    const ben = await server.connectTo('terminal', { token: 'ben' });
    const message = 'a\u009b2J\u007fb';
    await server.request(ben, { action: 'sendmessage', room: 'terminal', message });
    const { lines, events } = await exportToFrames('terminal');
    expect(lines.filter((line) => /\p{Cc}/u.test(line.trimEnd()))).toEqual([]);
    expect(events).toMatchObject([{ message }]);
  });

  it('is its log: each event once, in order, on a line of its own, exactly as on the wire', async () => {
    const { world: server, ben } = await seedConversation(table, ['tea']);
    const { count, lines, events } = await exportToFrames('tea');
    const log = await server.request(ben, { action: 'joinroom', room: 'tea', after: 0 });
    expect(lines.map((line) => line.at(-1))).toEqual(lines.map(() => '\n'));
    expect(events.map(assertValid)).toEqual(log['events']);
    expect(count).toBe(17);
  });

  it('tells how its messages now stand, as history does', async () => {
    const { world: server, ben } = await seedConversation(table, ['room-2']);
    const { messages } = await server.request(ben, { action: 'history', room: 'room-2' });
    const { events } = await exportToFrames('room-2');
    expect(replay(events)).toEqual(messages);
    expect(messages.some((message: Frame) => message['reactions'])).toBe(true);
  });

  it('is all of it, however many pages it has', async () => {
    const server = createTestServer(table);
    const long = { userId: 'ben', name: 'Ben' };
    await server.seedMessages('long', long, 150);
    const ben = await server.connectTo('long', { token: 'ben' });
    const act = (frame: Frame) => server.request(ben, { room: 'long', ...frame });
    const message = '長'.repeat(4_000);
    for (let seq = 1; seq <= 150; seq += 1) {
      await act({ action: 'editmessage', seq, message });
      await act({ action: 'sendmessage', message });
    }
    const { count, events } = await exportToFrames('long');
    expect(count).toBe(450);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 450 }, (_, n) => n + 1));
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['message', 'edited']));
  });

  it('is without what was erased, has expired, or was never written', async () => {
    const { world: server } = await seedConversation(table, ['lobby']);
    const fields = { u: 'ben', n: 'Ben', i: 'x', t: 'expired', at: 1, ttl: 1 };
    await createOpsTable(table).put({ ...logKey('lobby', 'M', 40), ...fields });
    await createOpsTable(table).put({ ...logKey('lobby', 'E', 41), sealed: true });
    const { events: before } = await exportToFrames('lobby');
    await eraseAki(createOpsTable(table));
    const { events } = await exportToFrames('lobby');
    expect(before).toHaveLength(17);
    expect(events).toEqual(before.filter(({ from }) => from.userId !== akiUserId));
    const dora = await server.connect({ token: 'dora' });
    expect(
      await server.request(dora, { action: 'joinroom', room: 'lobby', after: 0 }),
    ).toMatchObject({
      events,
    });
  });
});

describe('no room', () => {
  it.each(['te', 'tea#', 'tea~', 'TEA', 'M', '__proto__'])('is exported as %s', async (room) => {
    await createTestServer(table).seedMessages('tea', { userId: 'ben', name: 'Ben' }, 1);
    expect(await exportToFrames(room)).toMatchObject({ count: undefined, lines: [] });
  });
});

describe('an export that is cut short', () => {
  it('says so where the engine fails in between', async () => {
    await createTestServer(table).seedMessages('failing', { userId: 'ben', name: 'Ben' }, 3);
    const whole = createOpsTable(table);
    const failing = {
      ...whole,
      async *query(...all: Parameters<typeof whole.query>) {
        yield* whole.query(...all);
        throw new Error('throttled');
      },
    };
    await expect(exportToFrames('failing', failing)).rejects.toThrow('throttled');
  });

  it('says so where nobody takes it any more', async () => {
    await createTestServer(table).seedMessages('untaken', { userId: 'ben', name: 'Ben' }, 3);
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    await expect(exportRoom(createOpsTable(table), 'untaken', broken)).rejects.toThrow('EPIPE');
  });
});
