import { CapacityMeter } from '../../helpers/capacity-meter.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import { createGatewayEvent, type Frame, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;
const start = Date.UTC(2026, 10, 22);

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

describe('a connection that asks too often', () => {
  const options = { rate: 1, burst: 20, now: () => start };
  const ping = { action: 'ping' };

  /** What so many requests came to. */
  async function codes(server: TestServer, id: string, count: number, frame: unknown = ping) {
    const replies: Frame[] = [];
    for (let time = 0; time < count; time += 1) replies.push(await server.send(id, frame));
    return replies.map(({ type, code }) => code ?? type);
  }

  it('is told how long to wait, by its own id', async () => {
    const server = new StrictTestServer(table, options);
    const id = await server.connect();
    expect(new Set(await codes(server, id, 20))).toEqual(new Set(['ack']));
    expect(await server.send(id, { action: 'sendmessage', id: 'a1', message: 'x' })).toMatchObject({
      ...{ type: 'error', action: 'sendmessage', id: 'a1', code: 'rate_limited' },
      ...{ retryable: true, retryAfterMs: 2_000 },
    });
  });

  it.each([
    ['is no JSON', 'hello', 'malformed'],
    ['is binary', Buffer.from('hello'), 'malformed'],
    ['is invalid', { action: 'sendmessage' }, 'invalid'],
    ['nobody knows', { action: 'nope' }, 'unknown_action'],
    [
      'is about a room that it is not in',
      { action: 'typing', typing: true, room: 'x' },
      'not_member',
    ],
  ])('is limited in what %s too', async (_case, frame, code) => {
    const server = new TestServer(table, options);
    const found = await codes(server, await server.connect(), 22, frame);
    expect(found).toEqual([...Array(20).fill(code), 'rate_limited', 'rate_limited']);
  });

  it('costs nothing at all while it is refused, but to tell the others of it', async () => {
    const meter = new CapacityMeter();
    const server = new TestServer(meter.table(table), { ...options, burst: 200, rate: 10 });
    const id = await server.connect();
    await codes(server, id, 200);
    const units = await meter.measure(() => codes(server, id, 100));
    expect(units.read).toBe(0);
    expect(units.write).toBeLessThanOrEqual(100 / 10);
  });

  it('leaves the others alone, and their own other connections', async () => {
    const server = new TestServer(table, options);
    const key = 'asks-by-two-connections';
    const [loud, quiet, other] = [
      await server.connect({ key }),
      await server.connect({ key }),
      await server.connect(),
    ];
    await codes(server, loud, 25);
    for (const id of [quiet, other]) expect(await codes(server, id, 1)).toEqual(['ack']);
  });

  it('is held by every instance to what the others have counted', async () => {
    const instances = Array.from({ length: 4 }, () => new TestServer(table, options));
    const id = (await instances[0]?.connect()) ?? '';
    const passed: string[] = [];
    for (let time = 0; time < 80; time += 1) {
      const server = instances[time % 4];
      if (server) passed.push(...(await codes(server, id, 1, { action: 'identity' })));
    }
    const acks = passed.filter((code) => code === 'ack').length;
    expect(acks).toBeGreaterThanOrEqual(19);
    expect(acks).toBeLessThanOrEqual(24);
  });

  it('is hung up on when it does not stop, and not before', async () => {
    const server = new TestServer(table, options);
    const id = await server.connect();
    await codes(server, id, 40);
    expect(server.deletedConnections).toEqual([]);
    expect(new Set(await codes(server, id, 5))).toEqual(new Set(['rate_limited']));
    expect(server.deletedConnections).toEqual([id]);
  });

  it('makes no row of a connection that the table does not know', async () => {
    const server = new TestServer(table, options);
    expect(await codes(server, 'unknown=', 30)).toContain('rate_limited');
    expect(await findRows(table, 'unknown=')).toEqual([]);
  });
});

describe('$connect of one person', () => {
  const key = 'has-many-tabs-and-phones';

  it('is refused with 403 when they have too many connections, until one of them ends', async () => {
    const limited = new TestServer(table, { limits: { connectionsPerUser: 3 } });
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push(await limited.connect({ key }));
    await expect(limited.connect({ key })).rejects.toThrow('403');
    await limited.connect({ key: 'another-person-altogether' });

    await limited.disconnect(ids[0] ?? '');
    await limited.connect({ key });
    await expect(limited.connect({ key })).rejects.toThrow('403');
  });

  it('leaves nothing behind where it is refused', async () => {
    const limited = new TestServer(table, { limits: { connectionsPerUser: 0 } });
    const event = createGatewayEvent('CONNECT', '$connect', 'one-too-many=');
    expect((await limited.invoke(event)).statusCode).toBe(403);
    expect(await findRows(table, 'one-too-many=')).toEqual([]);
  });

  it('is never admitted beyond the limit, however many come at once', async () => {
    const limited = new TestServer(table, { limits: { connectionsPerUser: 5 } });
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, () => limited.connect({ key: 'all-of-them-at-the-same-time' })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(5);
  });

  it('counts no connection whose time is over, though nobody told of its end', async () => {
    let now = Date.UTC(2026, 10, 22);
    const limits = { connectionsPerUser: 1 };
    const limited = new TestServer(table, { limits, now: () => now });
    await limited.connect({ key: 'goes-without-saying-so' });
    await expect(limited.connect({ key: 'goes-without-saying-so' })).rejects.toThrow('403');
    now += 3 * 3600_000;
    await limited.connect({ key: 'goes-without-saying-so' });
  });
});
