import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const hour = 3600;

/** A world whose clock the test moves, in seconds. */
function createServer() {
  const time = { seconds: Date.UTC(2026, 10, 22) / 1000 };
  return { time, server: new TestServer(table, { now: () => time.seconds * 1000 }) };
}

describe('what $disconnect never reported', () => {
  it('expires after the gateway’s two hours and not before, row and subscription', async () => {
    const { time, server } = createServer();
    const id = await server.connect();
    const rows = await findRows(table, id);
    expect(rows).toHaveLength(3);
    for (const { ttl } of rows) {
      expect(ttl).toBeGreaterThan(time.seconds + 2 * hour);
      expect(ttl).toBeLessThan(time.seconds + 3 * hour);
    }
  });

  it('is nobody from then on, though the engine deletes it days later', async () => {
    const { time, server } = createServer();
    const id = await server.connect();
    const say = { action: 'sendmessage', message: 'x' };
    time.seconds += 2 * hour;
    expect(await server.send(id, say)).toMatchObject({ type: 'ack' });
    time.seconds += hour;
    expect(await server.send(id, say)).toMatchObject({ code: 'unauthenticated' });
  });
});

describe('a request id', () => {
  it('is remembered for a day', async () => {
    const { time, server } = createServer();
    const id = await server.connect();
    await server.send(id, { action: 'sendmessage', message: 'x', id: 'remember-me' });
    const [claim] = await findRows(table, 'remember-me');
    expect(claim?.['ttl']).toBe(time.seconds + 24 * hour);
  });
});
