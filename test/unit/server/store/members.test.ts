import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import { createTestStore } from '../../../helpers/test-store.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** API Gateway's limit on a connection, and the margin of its rows, in milliseconds. */
const lifetimeMs = 2 * 3600_000 + 600_000;

/** Creates the members of a room, and a function that subscribes a connection to it. */
function createRoom(room: string) {
  const { clock, store, rows } = createTestStore(table);
  const subscribe = (connectionId: string, userId = connectionId, announced = true) =>
    store.members.add({
      room,
      connectionId,
      userId,
      name: `Name of ${userId}`,
      connectedAt: clock.now,
      announced,
    });
  return { clock, rows, members: store.members, subscribe };
}

describe('Members.count', () => {
  it('counts the connections of a room up to the limit', async () => {
    const { members, subscribe } = createRoom('counted');
    expect(await members.count('counted', 3)).toBe(0);
    for (const id of ['a=', 'b=', 'c=']) await subscribe(id);
    expect(await members.count('counted', 4)).toBe(3);
    expect(await members.count('counted', 3)).toBe(3);
    expect(await members.count('counted', 2)).toBe(2);
  });

  it('counts no connection that has expired, although its row remains', async () => {
    const { clock, members, subscribe } = createRoom('expired');
    await subscribe('old=');
    clock.now += lifetimeMs - 1;
    expect(await members.count('expired', 10)).toBe(1);
    clock.now += 1;
    await subscribe('new=');
    expect(await members.count('expired', 10)).toBe(1);
  });
});
