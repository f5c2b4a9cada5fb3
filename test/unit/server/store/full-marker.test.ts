import type { StoreOptions } from '../../../../src/server/store/index.ts';
import { roomFullKey } from '../../../../src/server/store/keys.ts';
import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import { interceptTable, type TableCall } from '../../../helpers/fakes/faulty-dynamo.ts';
import { createConnection, createTestStore } from '../../../helpers/test-store.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const limits: Partial<StoreOptions['limits']> = { connectionsPerRoom: 2 };
const hour = 3_600_000;

/** Creates a room for two connections, and a function that joins a further one. */
function createRoom(room: string) {
  const calls: TableCall[] = [];
  const { dynamoClient } = interceptTable(table, (call, proceed) => {
    calls.push(call);
    return proceed();
  });
  const { clock, store, rows } = createTestStore(table, { limits, dynamoClient });
  const join = async (name: string) => {
    const connection = createConnection(`${name}-${room}=`, clock.now, name);
    await store.connections.add(connection);
    return store.connections.join(connection, room);
  };
  const readMarker = () => rows.get(roomFullKey(room));
  const leave = (name: string) => store.connections.close(`${name}-${room}=`);
  return { clock, calls, join, leave, readMarker };
}

describe('the full marker', () => {
  it('makes no write while the room has capacity', async () => {
    const { calls, join, readMarker } = createRoom('roomy');
    expect(await join('aki')).toBe('joined');
    expect(await readMarker()).toBeUndefined();
    const { sk } = roomFullKey('roomy');
    const operations = calls.filter((call) => call.sk === sk).map(({ operation }) => operation);
    expect(operations).toEqual(['GetItem']);
  });

  it('expires about a day after its minute, in seconds since 1970', async () => {
    const { clock, join, readMarker } = createRoom('full');
    clock.now += 1;
    for (const name of ['aki', 'ben']) expect(await join(name)).toBe('joined');
    expect(await join('cleo')).toBe('full');
    const ttl = Number((await readMarker())?.['ttl']);
    expect(Number.isInteger(ttl)).toBe(true);
    expect(ttl * 1_000).toBeGreaterThan(clock.now + 23 * hour);
    expect(ttl * 1_000).toBeLessThan(clock.now + 25 * hour);
  });

  it('is removed by the first join after its minute, if a connection has left', async () => {
    const { clock, join, leave, readMarker } = createRoom('left');
    for (const name of ['aki', 'ben', 'cleo']) await join(name);
    await leave('aki');
    expect(await join('dora')).toBe('full');
    clock.now += 60_000;
    expect(await join('dora')).toBe('joined');
    expect(await readMarker()).toBeUndefined();
  });
});
