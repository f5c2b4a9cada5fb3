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

/** Exports a room. Returns each line, and the event in it. */
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

/** Rebuilds the messages of a room from its log by the rules of the protocol. */
function replay(events: readonly Frame[]): Frame[] {
  const messages = new Map<number, Frame>();
  const reactions = new Map<number, Map<string, Frame>>();
  for (const event of events) {
    const { type, seq, target, sentAt, from, emoji, message } = event;
    const targetMessage = messages.get(target);
    if (type === 'message') messages.set(seq, event);
    if (!targetMessage || targetMessage['deletedAt']) continue;
    if (type === 'edited') messages.set(target, { ...targetMessage, message, editedAt: sentAt });
    if (type === 'deleted')
      messages.set(target, { ...targetMessage, message: '', deletedAt: sentAt });
    if (type !== 'reaction') continue;
    const ofTarget = reactions.get(target) ?? new Map<string, Frame>();
    reactions.set(target, ofTarget);
    const key = JSON.stringify([from.userId, emoji]);
    if (!event['on']) ofTarget.delete(key);
    else if (!ofTarget.has(key)) ofTarget.set(key, event);
  }
  return [...messages.values()].map((message) => {
    const ofMessage = [...(reactions.get(message['seq'])?.values() ?? [])];
    if (ofMessage.length === 0) return message;
    const byEmoji = Object.entries(Object.groupBy(ofMessage, ({ emoji }) => emoji));
    const userIds = byEmoji.map(([emoji, events = []]) => [
      emoji,
      events.map(({ from }) => from.userId),
    ]);
    return { ...message, reactions: Object.fromEntries(userIds) };
  });
}

describe('exportRoom', () => {
  it('escapes control characters for terminals, and keeps the text', async () => {
    const server = createTestServer(table);
    const ben = await server.connectTo('terminal', { token: 'ben' });
    const message = 'a\u009b2J\u007fb';
    await server.request(ben, { action: 'sendmessage', room: 'terminal', message });
    const { lines, events } = await exportToFrames('terminal');
    expect(lines.filter((line) => /\p{Cc}/u.test(line.trimEnd()))).toEqual([]);
    expect(events).toMatchObject([{ message }]);
  });

  it('writes each event of the log once, in order, on its own line, as it was delivered', async () => {
    const { server, ben } = await seedConversation(table, ['tea']);
    const { count, lines, events } = await exportToFrames('tea');
    const log = await server.request(ben, { action: 'joinroom', room: 'tea', after: 0 });
    expect(lines.map((line) => line.at(-1))).toEqual(lines.map(() => '\n'));
    expect(events.map(assertValid)).toEqual(log['events']);
    expect(count).toBe(17);
  });

  it('writes all that is needed to rebuild the history', async () => {
    const { server, ben } = await seedConversation(table, ['room-2']);
    const { messages } = await server.request(ben, { action: 'history', room: 'room-2' });
    const { events } = await exportToFrames('room-2');
    expect(replay(events)).toEqual(messages);
    expect(messages.some((message: Frame) => message['reactions'])).toBe(true);
  });

  it('writes a log of many pages completely', async () => {
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

  it('leaves out erased, expired and unwritten events', async () => {
    const { server } = await seedConversation(table, ['lobby']);
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

describe('exportRoom with another name', () => {
  it.each(['te', 'tea#', 'tea~', 'TEA', 'M', '__proto__'])(
    'exports nothing of the room tea as %s',
    async (room) => {
      await createTestServer(table).seedMessages('tea', { userId: 'ben', name: 'Ben' }, 1);
      expect(await exportToFrames(room)).toMatchObject({ count: undefined, lines: [] });
    },
  );
});

describe('an interrupted exportRoom', () => {
  it('rejects if the table fails in between', async () => {
    await createTestServer(table).seedMessages('failing', { userId: 'ben', name: 'Ben' }, 3);
    const opsTable = createOpsTable(table);
    const failing = {
      ...opsTable,
      async *query(...args: Parameters<typeof opsTable.query>) {
        yield* opsTable.query(...args);
        throw new Error('throttled');
      },
    };
    await expect(exportToFrames('failing', failing)).rejects.toThrow('throttled');
  });

  it('rejects if the output fails', async () => {
    await createTestServer(table).seedMessages('untaken', { userId: 'ben', name: 'Ben' }, 3);
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    await expect(exportRoom(createOpsTable(table), 'untaken', broken)).rejects.toThrow('EPIPE');
  });
});
