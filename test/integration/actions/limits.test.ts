import { CapacityMeter } from '../../helpers/capacity-meter.ts';
import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import { createGatewayEvent, type Frame, type TestServer } from '../../helpers/test-server.ts';

const options = { rate: 1, burst: 20, now: () => Date.UTC(2026, 10, 22) };
const ping = { action: 'ping' };

/** Sends a frame a number of times, and returns `ack` or the error's code for each. */
async function sendAll(server: TestServer, id: string, count: number, frame: unknown = ping) {
  const replies: Frame[] = [];
  for (let time = 0; time < count; time += 1) replies.push(await server.send(id, frame));
  return replies.map(({ type, code }) => code ?? type);
}

describeAction('rate limit', withoutMembers, (fixture) => {
  it('rejects a request above the burst with its id and the time to wait', async () => {
    const { table } = fixture();
    const server = new StrictTestServer(table, options);
    const id = await server.connect();
    expect(new Set(await sendAll(server, id, 20))).toEqual(new Set(['ack']));
    expect(await server.send(id, { action: 'sendmessage', id: 'a1', message: 'x' })).toMatchObject({
      type: 'error',
      action: 'sendmessage',
      id: 'a1',
      code: 'rate_limited',
      retryable: true,
      retryAfterMs: 2_000,
    });
  });

  it.each([
    ['that is not JSON', 'hello', 'malformed'],
    ['that is binary', Buffer.from('hello'), 'malformed'],
    ['that is invalid', { action: 'sendmessage' }, 'invalid'],
    ['with an unknown action', { action: 'nope' }, 'unknown_action'],
    [
      'for a room that the connection is not in',
      { action: 'typing', typing: true, room: 'x' },
      'not_member',
    ],
  ])('counts a frame %s', async (_case, frame, code) => {
    const { table } = fixture();
    const server = new StrictTestServer(table, options);
    const found = await sendAll(server, await server.connect(), 22, frame);
    expect(found).toEqual([...Array(20).fill(code), 'rate_limited', 'rate_limited']);
  });

  it('[SEC-029] rejects requests without a read, and with few writes to inform other instances', async () => {
    const { table } = fixture();
    const meter = new CapacityMeter();
    const server = new StrictTestServer(meter.table(table), { ...options, burst: 200, rate: 10 });
    const id = await server.connect();
    await sendAll(server, id, 200);
    const units = await meter.measure(() => sendAll(server, id, 100));
    expect(units.read).toBe(0);
    expect(units.write).toBeLessThanOrEqual(100 / 10);
  });

  it('limits no other connection, not even of the same user', async () => {
    const { table } = fixture();
    const server = new StrictTestServer(table, options);
    const key = 'asks-by-two-connections';
    const [limited, sameUser, otherUser] = [
      await server.connect({ key }),
      await server.connect({ key }),
      await server.connect(),
    ];
    await sendAll(server, limited, 25);
    for (const id of [sameUser, otherUser]) expect(await sendAll(server, id, 1)).toEqual(['ack']);
  });

  it('[SEC-028] counts the requests that other instances received', async () => {
    const { table } = fixture();
    const instances = Array.from({ length: 4 }, () => new StrictTestServer(table, options));
    const id = (await instances[0]?.connect()) ?? '';
    const codes: string[] = [];
    for (let time = 0; time < 80; time += 1) {
      const server = instances[time % 4];
      if (server) codes.push(...(await sendAll(server, id, 1, { action: 'identity' })));
    }
    const acks = codes.filter((code) => code === 'ack').length;
    expect(acks).toBeGreaterThanOrEqual(19);
    expect(acks).toBeLessThanOrEqual(24);
  });

  it('[SEC-030] disconnects a client at twice the burst, and not before', async () => {
    const { table } = fixture();
    const server = new StrictTestServer(table, options);
    const id = await server.connect();
    await sendAll(server, id, 40);
    expect(server.deletedConnections).toEqual([]);
    expect(new Set(await sendAll(server, id, 5))).toEqual(new Set(['rate_limited']));
    expect(server.deletedConnections).toEqual([id]);
  });

  it('creates no row for an unknown connection', async () => {
    const { table } = fixture();
    const server = new StrictTestServer(table, options);
    expect(await sendAll(server, 'unknown=', 30)).toContain('rate_limited');
    expect(await findRows(table, 'unknown=')).toEqual([]);
  });
});

describeAction('connectionsPerUser', withoutMembers, (fixture) => {
  const key = 'has-many-tabs-and-phones';

  it('rejects a further connection of a user with 429 until one ends', async () => {
    const { table } = fixture();
    const limited = new StrictTestServer(table, { limits: { connectionsPerUser: 3 } });
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push(await limited.connect({ key }));
    await expect(limited.connect({ key })).rejects.toThrow('429');
    await limited.connect({ key: 'another-user-altogether' });

    await limited.disconnect(ids[0] ?? '');
    await limited.connect({ key });
    await expect(limited.connect({ key })).rejects.toThrow('429');
  });

  it('leaves no row of a rejected connection', async () => {
    const { table } = fixture();
    const limited = new StrictTestServer(table, { limits: { connectionsPerUser: 0 } });
    const event = createGatewayEvent('CONNECT', '$connect', 'one-too-many=');
    expect((await limited.invoke(event)).statusCode).toBe(429);
    expect(await findRows(table, 'one-too-many=')).toEqual([]);
  });

  it('[SEC-031] accepts no connection beyond the limit of 20 at once', async () => {
    const { table } = fixture();
    const limited = new StrictTestServer(table, { limits: { connectionsPerUser: 5 } });
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, () => limited.connect({ key: 'all-of-them-at-the-same-time' })),
    );
    expect(all.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(5);
  });

  it('does not count an expired connection whose $disconnect was never delivered', async () => {
    const { table } = fixture();
    let now = Date.UTC(2026, 10, 22);
    const limits = { connectionsPerUser: 1 };
    const limited = new StrictTestServer(table, { limits, now: () => now });
    await limited.connect({ key: 'goes-without-saying-so' });
    await expect(limited.connect({ key: 'goes-without-saying-so' })).rejects.toThrow('429');
    now += 3 * 3600_000;
    await limited.connect({ key: 'goes-without-saying-so' });
  });
});
