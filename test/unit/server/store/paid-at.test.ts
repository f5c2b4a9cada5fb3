import { openTestTable, type TestTable } from '../../../helpers/database.ts';
import type { TableCall } from '../../../helpers/fakes/faulty-dynamo.ts';
import { holdFirst } from '../../../helpers/hold-first.ts';
import { findRows } from '../../../helpers/rows.ts';
import { createConnection, createTestStore } from '../../../helpers/test-store.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** Stores a connection, and returns the function that charges it. */
async function connect(connectionId: string) {
  const { clock, store } = createTestStore(table);
  await store.connections.add(createConnection(connectionId, clock.now));
  return { clock, charge: (ms: number) => store.connections.charge(connectionId, ms) };
}

const restartsPaidAt = ({ input }: TableCall) =>
  String(input['UpdateExpression']).startsWith('SET paidAt');

describe('Connections.charge', () => {
  it('pays for the first request from now on', async () => {
    const { clock, charge } = await connect('first=');
    expect(await charge(500)).toBe(clock.now + 500);
  });

  it('adds to a time that has not passed', async () => {
    const { clock, charge } = await connect('busy=');
    const end = clock.now + 500;
    await charge(500);
    clock.now = end;
    expect(await charge(100)).toBe(end + 100);
  });

  it('restarts from now if the time has passed, so that a pause is not saved up for', async () => {
    const { clock, charge } = await connect('idle=');
    await charge(500);
    clock.now += 501;
    expect(await charge(100)).toBe(clock.now + 100);
  });

  it('charges for the requests of two instances that restart at the same time', async () => {
    const { clock, charge } = await connect('twice=');
    const held = holdFirst(table, restartsPaidAt);
    const other = createTestStore(table, held.table);
    const charged = other.store.connections.charge('twice=', 100);
    await held.reached;
    expect(await charge(500)).toBe(clock.now + 500);
    held.release();
    expect(await charged).toBe(clock.now + 600);
  });

  it('returns nothing for a connection that the table does not have', async () => {
    const { store } = createTestStore(table);
    expect(await store.connections.charge('unknown=', 100)).toBeUndefined();
    expect(await findRows(table, 'unknown=')).toEqual([]);
  });
});
