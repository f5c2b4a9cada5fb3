import { openTable, type TestTable } from '../../helpers/database.ts';
import { intercept } from '../../helpers/fakes/faulty-dynamo.ts';
import { gatewayEvent, World } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTable();
});
afterAll(() => table.close());
afterEach(() => {
  delete process.env['_X_AMZN_TRACE_ID'];
});

/** A room with one who asks and others who hear, and the lines from here on. */
async function aRoom(options: ConstructorParameters<typeof World>[1] = {}, others = 3) {
  const world = new World(table, options);
  const aki = await world.connect({ name: 'Aki' });
  const ids: string[] = [];
  for (let other = 0; other < others; other += 1) ids.push(await world.connect());
  await world.settled();
  world.lines.length = 0;
  return { world, aki, others: ids };
}

const hello = { action: 'sendmessage', room: 'lobby', message: 'hello' };
const directive = (dimensions: string[], ...of: [Name: string, Unit: string][]) => ({
  Namespace: 'Kaiwa',
  Dimensions: [dimensions],
  Metrics: of.map(([Name, Unit]) => ({ Name, Unit })),
});

describe('an invocation’s line', () => {
  it('tells who asked what, how long it took and what came of it', async () => {
    const { world, aki } = await aRoom();
    await world.send(aki, { action: 'ping' });
    expect(world.lines).toEqual([
      {
        level: 'info',
        requestId: 'request-1',
        route: 'ping',
        connectionId: aki,
        durationMs: expect.any(Number),
        outcome: 'ok',
      },
    ]);
  });

  it.each([
    [
      'the code of what the client did wrong',
      { action: 'history', room: 'elsewhere' },
      'not_member',
    ],
    ['a frame of no action', { action: 'shout' }, 'unknown_action'],
    ['a frame that is no JSON', 'hello', 'malformed'],
  ])('bears %s, without a reason', async (_what, frame, code) => {
    const { world, aki } = await aRoom();
    await world.send(aki, frame);
    expect(world.lines).toMatchObject([{ level: 'info', outcome: code, Code: code, Errors: 1 }]);
    expect(world.lines[0]).not.toHaveProperty('reason');
  });

  it('tells of what is no event at all, and of what failed by it', async () => {
    const world = new World(table);
    await expect(world.deliver({} as never)).rejects.toThrow();
    expect(world.lines).toMatchObject([
      { level: 'error', route: 'chunk', recipients: 0, outcome: 'internal', Code: 'internal' },
    ]);
  });

  it('bears the trace, where this invocation is traced', async () => {
    const { world, aki } = await aRoom();
    const root = '1-5759e988-bd862e3fe1be46a994272793';
    for (const sampled of [1, 0]) {
      process.env['_X_AMZN_TRACE_ID'] = `Root=${root};Parent=53995c3f42cd8ad8;Sampled=${sampled}`;
      await world.send(aki, { action: 'ping' });
    }
    expect(world.lines.map(({ trace }) => trace)).toEqual([root, undefined]);
  });

  it('names the gateway’s routes alone, whatever action a client makes up', async () => {
    const { world, aki } = await aRoom();
    await world.send(aki, { action: 'a secret' });
    await world.invoke(gatewayEvent('DISCONNECT', '$disconnect', aki));
    expect(world.lines.map(({ route }) => route)).toEqual(['$default', '$disconnect']);
  });

  it('has no word of what people say, are called, or show to be let in', async () => {
    const secret = 'hush7f3a';
    const world = new World(table);
    const query = { name: secret, key: `${secret}${secret}`, token: secret };
    const aki = await world.connect(query, { headers: { Authorization: `Bearer ${secret}` } });
    await world.connect({ name: 'x'.repeat(200), token: secret }).catch(() => {});
    const say = { action: 'sendmessage', room: 'lobby', message: secret, id: secret };
    await world.send(aki, say);
    await world.send(aki, { ...say, [secret]: secret });
    await world.send(aki, { action: secret, token: secret });
    await world.send(aki, { action: 'authenticate', token: secret });
    await world.send(aki, `{"${secret}`);
    const broken = new World(intercept(table, () => Promise.reject(new Error('broken'))));
    await broken.send(aki, say);
    const lines = [...world.lines, ...broken.lines];
    expect(lines).toHaveLength(8);
    expect(JSON.stringify(lines)).not.toContain(secret);
  });
});

describe('metrics', () => {
  it('are reported by the line itself, in CloudWatch’s format', async () => {
    const { world, aki } = await aRoom();
    await world.send(aki, hello);
    const [line] = world.lines;
    expect(line).toMatchObject({ FunctionName: 'chat', FanOutLatency: expect.any(Number) });
    expect(line?.['Delivered']).toBeGreaterThanOrEqual(3);
    expect(line?.['_aws']).toEqual({
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        directive(['FunctionName'], ['Delivered', 'Count'], ['FanOutLatency', 'Milliseconds']),
      ],
    });
  });

  it('count an error by its code', async () => {
    const { world, aki } = await aRoom({ rate: 1, burst: 1 });
    for (let frame = 0; frame < 2; frame += 1) await world.send(aki, { action: 'ping' });
    expect(world.lines[1]).toMatchObject({ Errors: 1, Code: 'rate_limited', FunctionName: 'chat' });
    expect(world.lines[1]?.['_aws'].CloudWatchMetrics).toEqual([
      directive(['FunctionName', 'Code'], ['Errors', 'Count']),
    ]);
  });

  it('count what was delivered, gone, given up and handed over', async () => {
    const outcomes = new Map<string, 'gone' | 'failed'>();
    const outcome = (id: string) => outcomes.get(id) ?? 'delivered';
    const room = 'counted';
    const { world, aki, others } = await aRoom({ outcome, fanoutThreshold: 5 }, 5);
    for (const id of [aki, ...others]) await world.send(id, { action: 'joinroom', room });
    outcomes.set(others[0] ?? '', 'gone').set(others[1] ?? '', 'failed');
    world.lines.length = 0;
    await world.send(aki, { ...hello, room });
    expect(world.lines[0]).toMatchObject({ Delivered: 3, Gone: 1, DeliveryFailed: 1 });

    await world.send(await world.connect(), { action: 'joinroom', room });
    world.lines.length = 0;
    await world.send(aki, { ...hello, room });
    await world.settled();
    const chunks = world.lines.filter(({ route }) => route === 'chunk');
    expect(world.lines.find((line) => line['route'] === 'sendmessage')).toMatchObject({
      Enqueued: chunks.reduce((sum, { recipients }) => sum + recipients, 0),
    });
    expect(chunks.reduce((sum, { Delivered = 0 }) => sum + Delivered, 0)).toBeGreaterThan(2);
    // Nobody waits for a chunk.
    expect(chunks.filter(({ FanOutLatency }) => FanOutLatency !== undefined)).toEqual([]);
  });

  it('count who was away for longer than the log goes back', async () => {
    const day = 24 * 3600 * 1000;
    let now = Date.now();
    const { world, aki } = await aRoom({ now: () => now, retentionDays: 1 });
    const room = 'ages';
    await world.send(aki, { action: 'joinroom', room });
    await world.send(aki, { ...hello, room });
    now += 3 * day;
    const back = await world.connect();
    world.lines.length = 0;
    const ack = await world.send(back, { action: 'joinroom', room, after: 0 });
    expect(ack['recovered']).toBe(false);
    await world.send(back, { action: 'joinroom', room, after: ack['seq'] });
    expect(world.lines.map(({ RecoveryIncomplete }) => RecoveryIncomplete)).toEqual([1, undefined]);
  });

  it('are the observed invocation’s own, however many run at once', async () => {
    const { world, aki, others } = await aRoom();
    await Promise.all([
      ...others.map((id) => world.send(id, { action: 'ping' })),
      world.send(aki, hello),
      world.send(aki, { action: 'members', room: 'lobby' }),
    ]);
    const counted = world.lines.filter(({ Delivered }) => Delivered !== undefined);
    expect(counted.map(({ route }) => route)).toEqual(['sendmessage']);
  });
});
