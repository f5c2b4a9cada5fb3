import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { CrashingProcess } from '../../helpers/fakes/faulty-dynamo.ts';
import type { Frame } from '../../helpers/test-server.ts';
import {
  akiUserId,
  createOpsTable,
  eraseAki,
  findTraces,
  readAllRows,
  seedConversation,
} from './erasure-fixture.ts';

jest.setTimeout(120_000);

let table: TestTable;

beforeEach(async () => {
  table = await openTestTable();
  // The server logs the writes that fail here on purpose.
  jest.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(async () => {
  jest.restoreAllMocks();
  await table.close();
});

describe('an interrupted eraseUser', () => {
  it('[SEC-081] leaves the log of others whole after each of its writes, and the next run completes it', async () => {
    const { server, ben } = await seedConversation(table, ['tea']);
    const opsTable = createOpsTable(table);
    const log = async (): Promise<Frame[]> =>
      (await server.request(ben, { action: 'joinroom', room: 'tea', after: 0 }))['events'];
    const events = await log();
    const rows = await readAllRows(table);
    const kept = events.filter(({ from }) => from.userId !== akiUserId);
    await eraseAki(opsTable);
    const expected = await readAllRows(table);

    let writes = 0;
    for (let died = true; died; writes += 1) {
      await Promise.all(rows.map((row) => opsTable.put(toWritableRow(row))));
      const crashing = new CrashingProcess();
      crashing.stepsLeft = writes;
      await eraseAki(createOpsTable(table, crashing)).catch(() => {});
      died = crashing.died;
      const remaining = await log();
      expect(events).toEqual(expect.arrayContaining(remaining));
      expect(remaining.filter(({ from }) => from.userId !== akiUserId)).toEqual(kept);
      expect(await eraseAki(opsTable)).toMatchObject({ isGone: true });
      expect(await readAllRows(table)).toEqual(expected);
    }
    // Nine events, three reactions, five claims, and seven rows of connections and memberships.
    expect(writes).toBeGreaterThan(9 + 3 + 5 + 7);
  });
});

/** Restores the sets of a row. */
const toWritableRow = ({ pk, sk, em, rooms, ...rest }: Frame) => ({
  pk,
  sk,
  ...rest,
  ...(em && { em: new Set(em) }),
  ...(rooms && { rooms: new Set(rooms) }),
});

describe('eraseUser while the user keeps writing', () => {
  it('reports that the user is not gone, and a later run erases the new messages', async () => {
    const { server } = await seedConversation(table);
    let sentCount = 0;
    const keepWriting = async () => {
      sentCount += 1;
      const again = await server.connectTo('tea', { token: akiUserId, name: 'Aki' });
      await server.request(again, { action: 'sendmessage', room: 'tea', message: 'my secret' });
    };
    expect(await eraseAki(createOpsTable(table), keepWriting)).toMatchObject({ isGone: false });
    const dora = await server.connectTo('tea', { token: 'dora' });
    const { messages } = await server.request(dora, { action: 'history', room: 'tea' });
    expect(messages.at(-1)).toMatchObject({ seq: 17 + sentCount, from: { userId: akiUserId } });
    expect(await eraseAki(createOpsTable(table))).toMatchObject({ isGone: true });
    expect(findTraces(await readAllRows(table))).toEqual([]);
  });
});
