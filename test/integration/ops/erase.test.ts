import { openTestTable, type TestTable } from '../../helpers/database.ts';
import type { StrictTestServer } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import {
  akiNames,
  akiTexts,
  akiUserId,
  createOpsTable,
  createTestServer,
  eraseAki,
  findTraces,
  otherUserIds,
  readAllRows,
  seedConversation,
} from './erasure-fixture.ts';

jest.setTimeout(60_000);

let table: TestTable;

beforeEach(async () => {
  table = await openTestTable();
});
afterEach(() => table.close());

/** What somebody gets of a room who comes anew. */
async function readView(server: StrictTestServer, token = 'dora', room = 'tea') {
  const dora = await server.connect({ token });
  const log = await server.request(dora, { action: 'joinroom', room, after: 0 });
  const { messages } = await server.request(dora, { action: 'history', room });
  return { log, messages };
}

const getSeqs = (events: readonly Frame[]) => events.map(({ seq }) => seq);

describe('who is erased', () => {
  it('leaves no trace in any row, and no other row is another than before', async () => {
    await seedConversation(table);
    const before = await readAllRows(table);
    for (const trace of [...akiNames, ...akiTexts]) expect(JSON.stringify(before)).toContain(trace);
    const theirs = new Set(findTraces(before).map(({ pk, sk }) => `${pk} ${sk}`));

    const { isGone } = await eraseAki(createOpsTable(table));

    const after = await readAllRows(table);
    expect(isGone).toBe(true);
    expect(findTraces(after)).toEqual([]);
    // Their numbers alone are left, and on another's message the emoji that somebody else put there too.
    const sealed = after.filter((row) => 'sealed' in row);
    expect(sealed).toEqual(
      before
        .filter(({ u }) => u === akiUserId)
        .map(({ pk, sk, at, ttl }) => ({ pk, sk, at, ttl, sealed: true })),
    );
    const others = before
      .filter(({ pk, sk, em }) => em || !theirs.has(`${pk} ${sk}`))
      .filter(({ u }) => u !== akiUserId)
      .map(({ em, ...row }) => ({ ...row, ...(em?.includes('👍') && { em: ['👍'] }) }));
    expect(after.filter((row) => !('sealed' in row))).toEqual(others);
  });

  it('is counted by what was kept of them', async () => {
    await seedConversation(table);
    const { found } = await eraseAki(createOpsTable(table));
    const inEachRoom = { event: 9, reaction: 3, claim: 5, readMarker: 1, subscription: 2 };
    const each = Object.entries(inEachRoom).map(([trace, count]) => [trace, 3 * count]);
    expect(found).toEqual({ ...Object.fromEntries(each), connection: 2, userConnection: 2 });
    const nothing = Object.fromEntries(Object.keys(found).map((trace) => [trace, 0]));
    expect(await eraseAki(createOpsTable(table))).toEqual({ found: nothing, isGone: true });
  });

  it('is no longer connected, nor a member of any room', async () => {
    const { world: server, one: aki1, two: aki2, ben } = await seedConversation(table);
    await eraseAki(createOpsTable(table));
    for (const connection of [aki1, aki2]) {
      expect(await server.send(connection, { action: 'ping' })).toMatchObject({ type: 'ack' });
      expect(await server.send(connection, { action: 'identity' })).toMatchObject({
        code: 'unauthenticated',
      });
    }
    await server.request(ben, { action: 'sendmessage', room: 'tea', message: 'Who is here?' });
    expect([...server.drainPushed(aki1), ...server.drainPushed(aki2)]).toEqual([]);
    const { members } = await server.request(ben, { action: 'members', room: 'tea' });
    expect(members.map(({ userId }: Frame) => userId).sort()).toEqual(
      Object.values(otherUserIds).sort(),
    );
  });

  it('begins anew where they come again', async () => {
    const { world: server } = await seedConversation(table);
    await eraseAki(createOpsTable(table));
    const again = await server.connectTo('tea', { token: akiUserId, name: 'Somebody' });
    const { rooms } = await server.request(again, { action: 'listrooms' });
    expect(rooms).toMatchObject([
      { room: 'lobby', seq: 17, read: 0, unread: 3 },
      { room: 'tea', seq: 17, read: 0, unread: 3 },
    ]);
  });
});

describe('the log without them', () => {
  it('is what it was but for their events, under the same numbers, and whole', async () => {
    const { world: server } = await seedConversation(table);
    const before = await readView(server);
    await eraseAki(createOpsTable(table));
    const after = await readView(server);
    const events = before.log['events'].filter(({ from }: Frame) => from.userId !== akiUserId);
    expect(getSeqs(events)).toEqual([2, 4, 8, 9, 10, 11, 15, 16]);
    const recovered = { ...before.log, events, seq: 17, recovered: true };
    expect(after.log).toEqual(recovered);
  });

  it('shows the others’ messages in history, with the others’ reactions in their order', async () => {
    const { world: server } = await seedConversation(table);
    const before = await readView(server);
    await eraseAki(createOpsTable(table));
    const after = await readView(server);
    const stays = ({ from }: Frame) => from.userId !== akiUserId;
    const [first, ...rest] = before.messages.filter(stays);
    const reactions = {
      '👍': ['ben', otherUserIds.longer, otherUserIds.part, otherUserIds.encoded],
    };
    expect(after.messages).toEqual([{ ...first, reactions }, ...rest]);
  });

  it('vouches for the rest, however old the room: who was away misses nothing', async () => {
    const time = { now: Date.UTC(2026, 10, 22) };
    const server = createTestServer(table, { now: () => time.now, retentionDays: 30 });
    const room = 'old';
    const act = async (token: string, message: string) => {
      const connection = await server.connectTo(room, { token });
      await server.request(connection, { action: 'sendmessage', room, message });
      return connection;
    };
    await act('ben', 'long ago');
    time.now += 31 * 24 * 3600_000;
    await act(akiUserId, 'my secret');
    await act(akiUserId, 'my secret');
    await eraseAki(createOpsTable(table));
    const ben = await server.connectTo(room, { token: 'ben' });
    const since = (after: number) => server.request(ben, { action: 'joinroom', room, after });
    expect(await since(3)).toMatchObject({ seq: 3, events: [], recovered: true });
    await act('ben', 'hello');
    expect(await since(2)).toMatchObject({ seq: 4, events: [{ seq: 4 }], recovered: true });
    expect(await since(0)).toMatchObject({ events: [{ seq: 4 }], recovered: false });
  });

  it('goes on behind their numbers', async () => {
    const { world: server, ben } = await seedConversation(table);
    await eraseAki(createOpsTable(table));
    const ack = await server.request(ben, { action: 'sendmessage', room: 'tea', message: 'next' });
    expect(ack['seq']).toBe(18);
  });
});

describe('an erased message', () => {
  it.each<[string, Frame]>([
    ['answered', { action: 'sendmessage', message: 'What?', replyTo: 1 }],
    ['edited', { action: 'editmessage', seq: 1, message: 'mine now' }],
    ['deleted', { action: 'deletemessage', seq: 1 }],
    ['reacted to', { action: 'react', seq: 1, emoji: '👍' }],
  ])('cannot be %s, by others or by who wrote it', async (_name, request) => {
    const { world: server, ben } = await seedConversation(table);
    await eraseAki(createOpsTable(table));
    const again = await server.connectTo('tea', { token: akiUserId, name: 'Somebody' });
    const before = await readAllRows(table);
    for (const connection of [ben, again]) {
      expect(await server.send(connection, { room: 'tea', ...request })).toMatchObject({
        code: 'not_found',
      });
    }
    expect(await readAllRows(table)).toEqual(before);
  });

  it('is no longer unread, and what answers it still names its number', async () => {
    const { world: server, ben } = await seedConversation(table);
    const late = await server.connectTo('tea', { token: 'late' });
    await eraseAki(createOpsTable(table));
    const { rooms } = await server.request(late, { action: 'listrooms' });
    expect(rooms[1]).toEqual({ room: 'tea', seq: 17, read: 0, unread: 3 });
    const { messages } = await server.request(ben, { action: 'history', room: 'tea' });
    expect(messages[1]).toMatchObject({ seq: 4, replyTo: 1 });
  });

  it('sent again with its old id is a new one, once', async () => {
    const { world: server } = await seedConversation(table);
    await eraseAki(createOpsTable(table));
    const again = await server.connectTo('tea', { token: akiUserId, name: 'Somebody' });
    const send = { action: 'sendmessage', room: 'tea', id: 'a1', message: 'once more' };
    const ack = await server.request(again, send);
    expect(ack['seq']).toBe(18);
    expect(await server.request(again, send)).toEqual(ack);
  });
});

describe('a person of 300 long messages', () => {
  it('is erased from all pages of the table', async () => {
    const server = createTestServer(table);
    const connection = await server.connectTo('tea', { token: akiUserId, name: akiNames[0] ?? '' });
    const message = '長'.repeat(4_000);
    for (let count = 0; count < 300; count += 20) {
      const sends = Array.from({ length: 20 }, () =>
        server.request(connection, { action: 'sendmessage', room: 'tea', message }),
      );
      await Promise.all(sends);
    }
    await server.disconnect(connection);
    let [passes, pages] = [0, 0];
    const whole = createOpsTable(table);
    const counted = {
      ...whole,
      async *scan(attributes: readonly string[]) {
        passes += 1;
        for await (const page of whole.scan(attributes)) {
          pages += 1;
          yield page;
        }
      },
    };
    const { found, isGone } = await eraseAki(counted);
    expect([found.event, isGone]).toEqual([300, true]);
    expect(passes).toBe(2);
    expect(pages).toBeGreaterThan(passes);
    const after = await readAllRows(table);
    expect(findTraces(after)).toEqual([]);
    expect(JSON.stringify(after)).not.toContain('長');
  });
});
