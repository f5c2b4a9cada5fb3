import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const hour = 3600;

/** Creates a server whose clock the test moves, in seconds. */
function createServer() {
  const clock = { seconds: Date.UTC(2026, 10, 22) / 1000 };
  return { clock, server: new TestServer(table, { now: () => clock.seconds * 1000 }) };
}

describe('a connection without a $disconnect', () => {
  it('expires two to three hours after its $connect, as do its subscriptions', async () => {
    const { clock, server } = createServer();
    const id = await server.connect();
    const rows = await findRows(table, id);
    expect(rows).toHaveLength(3);
    for (const { ttl } of rows) {
      expect(ttl).toBeGreaterThan(clock.seconds + 2 * hour);
      expect(ttl).toBeLessThan(clock.seconds + 3 * hour);
    }
  });

  it('[SEC-011] has no identity after it expires, even before the engine deletes its rows', async () => {
    const { clock, server } = createServer();
    const id = await server.connect();
    const hello = { action: 'sendmessage', message: 'x' };
    clock.seconds += 2 * hour;
    expect(await server.send(id, hello)).toMatchObject({ type: 'ack' });
    clock.seconds += hour;
    expect(await server.send(id, hello)).toMatchObject({ code: 'unauthenticated' });
  });
});

describe('the claim of a request id', () => {
  it('expires after a day', async () => {
    const { clock, server } = createServer();
    const id = await server.connect();
    await server.send(id, { action: 'sendmessage', message: 'x', id: 'remember-me' });
    const [claim] = await findRows(table, 'remember-me');
    expect(claim?.['ttl']).toBe(clock.seconds + 24 * hour);
  });
});
