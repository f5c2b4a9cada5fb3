import { openTestTable, type TestTable } from '../../helpers/database.ts';
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

describe('eraseUser', () => {
  it('[SEC-080] removes every trace of the user from the table, and changes no row of others', async () => {
    await seedConversation(table);
    const before = await readAllRows(table);
    for (const trace of [...akiNames, ...akiTexts]) expect(JSON.stringify(before)).toContain(trace);
    const theirs = new Set(findTraces(before).map(({ pk, sk }) => `${pk} ${sk}`));

    const { isGone } = await eraseAki(createOpsTable(table));

    const after = await readAllRows(table);
    expect(isGone).toBe(true);
    expect(findTraces(after)).toEqual([]);
    // Only the tombstones are left, and emojis that another user also put on a message.
    const tombstones = after.filter((row) => 'sealed' in row);
    expect(tombstones).toEqual(
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

  it('counts the erased rows by kind', async () => {
    await seedConversation(table);
    const { found } = await eraseAki(createOpsTable(table));
    const inEachRoom = { event: 9, reaction: 3, claim: 5, readMarker: 1, subscription: 2 };
    const inAllRooms = Object.entries(inEachRoom).map(([kind, count]) => [kind, 3 * count]);
    expect(found).toEqual({ ...Object.fromEntries(inAllRooms), connection: 2, userConnection: 2 });
    const nothing = Object.fromEntries(Object.keys(found).map((kind) => [kind, 0]));
    expect(await eraseAki(createOpsTable(table))).toEqual({ found: nothing, isGone: true });
  });

  it('ends the connections and the memberships of the user', async () => {
    const { server, aki1, aki2, ben } = await seedConversation(table);
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

  it('lets the user start again without read markers', async () => {
    const { server } = await seedConversation(table);
    await eraseAki(createOpsTable(table));
    const again = await server.connectTo('tea', { token: akiUserId, name: 'Aki again' });
    const { rooms } = await server.request(again, { action: 'listrooms' });
    expect(rooms).toMatchObject([
      { room: 'lobby', seq: 17, read: 0, unread: 3 },
      { room: 'tea', seq: 17, read: 0, unread: 3 },
    ]);
  });
});

describe('eraseUser on a large table', () => {
  it('erases 300 long messages from all pages of the table', async () => {
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
    let passes = 0;
    let pages = 0;
    const opsTable = createOpsTable(table);
    const countingTable = {
      ...opsTable,
      async *scan(attributes: readonly string[]) {
        passes += 1;
        for await (const page of opsTable.scan(attributes)) {
          pages += 1;
          yield page;
        }
      },
    };
    const { found, isGone } = await eraseAki(countingTable);
    expect([found.event, isGone]).toEqual([300, true]);
    expect(passes).toBe(2);
    expect(pages).toBeGreaterThan(passes);
    const after = await readAllRows(table);
    expect(findTraces(after)).toEqual([]);
    expect(JSON.stringify(after)).not.toContain('長');
  });
});
