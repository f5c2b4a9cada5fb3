import { openTable, type TestTable } from '../../helpers/database.ts';
import { rowsOf } from '../../helpers/rows.ts';
import { World } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTable();
});
afterAll(() => table.close());

const hour = 3600;

/** A world whose clock the test moves, in seconds. */
function aWorld() {
  const time = { seconds: Date.UTC(2026, 10, 22) / 1000 };
  return { time, world: new World(table, { now: () => time.seconds * 1000 }) };
}

describe('what $disconnect never reported', () => {
  it('expires after the gateway’s two hours and not before, row and subscription', async () => {
    const { time, world } = aWorld();
    const id = await world.connect();
    const rows = await rowsOf(table, id);
    expect(rows).toHaveLength(3);
    for (const { ttl } of rows) {
      expect(ttl).toBeGreaterThan(time.seconds + 2 * hour);
      expect(ttl).toBeLessThan(time.seconds + 3 * hour);
    }
  });

  it('is nobody from then on, though the engine deletes it days later', async () => {
    const { time, world } = aWorld();
    const id = await world.connect();
    const say = { action: 'sendmessage', message: 'x' };
    time.seconds += 2 * hour;
    expect(await world.send(id, say)).toMatchObject({ type: 'ack' });
    time.seconds += hour;
    expect(await world.send(id, say)).toMatchObject({ code: 'unauthenticated' });
  });
});

describe('a request id', () => {
  it('is remembered for a day', async () => {
    const { time, world } = aWorld();
    const id = await world.connect();
    await world.send(id, { action: 'sendmessage', message: 'x', id: 'remember-me' });
    const [claim] = await rowsOf(table, 'remember-me');
    expect(claim?.['ttl']).toBe(time.seconds + 24 * hour);
  });
});
