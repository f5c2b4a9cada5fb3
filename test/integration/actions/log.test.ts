import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { createGatewayEvent, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());
afterEach(() => {
  delete process.env['_X_AMZN_TRACE_ID'];
});

/** A room with one who asks and others who hear, and the lines from here on. */
async function createRoom(options: ConstructorParameters<typeof TestServer>[1] = {}, others = 3) {
  const server = new TestServer(table, options);
  const aki = await server.connect({ name: 'Aki' });
  const ids: string[] = [];
  for (let other = 0; other < others; other += 1) ids.push(await server.connect());
  await server.waitForChunks();
  server.logLines.length = 0;
  return { world: server, aki, others: ids };
}

const hello = { action: 'sendmessage', room: 'lobby', message: 'hello' };
const directive = (dimensions: string[], ...of: [Name: string, Unit: string][]) => ({
  Namespace: 'Kaiwa',
  Dimensions: [dimensions],
  Metrics: of.map(([Name, Unit]) => ({ Name, Unit })),
});

describe('an invocation’s line', () => {
  it('tells who asked what, how long it took and what came of it', async () => {
    const { world: server, aki } = await createRoom();
    await server.send(aki, { action: 'ping' });
    expect(server.logLines).toEqual([
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
    const { world: server, aki } = await createRoom();
    await server.send(aki, frame);
    expect(server.logLines).toMatchObject([
      { level: 'info', outcome: code, Code: code, Errors: 1 },
    ]);
    expect(server.logLines[0]).not.toHaveProperty('reason');
  });

  it('tells of what is no event at all, and of what failed by it', async () => {
    const server = new TestServer(table);
    await expect(server.deliverChunk({} as never)).rejects.toThrow();
    expect(server.logLines).toMatchObject([
      { level: 'error', route: 'chunk', recipients: 0, outcome: 'internal', Code: 'internal' },
    ]);
  });

  it('bears the trace, where this invocation is traced', async () => {
    const { world: server, aki } = await createRoom();
    const root = '1-5759e988-bd862e3fe1be46a994272793';
    for (const sampled of [1, 0]) {
      process.env['_X_AMZN_TRACE_ID'] = `Root=${root};Parent=53995c3f42cd8ad8;Sampled=${sampled}`;
      await server.send(aki, { action: 'ping' });
    }
    expect(server.logLines.map(({ trace }) => trace)).toEqual([root, undefined]);
  });

  it('names the gateway’s routes alone, whatever action a client makes up', async () => {
    const { world: server, aki } = await createRoom();
    await server.send(aki, { action: 'a secret' });
    await server.invoke(createGatewayEvent('DISCONNECT', '$disconnect', aki));
    expect(server.logLines.map(({ route }) => route)).toEqual(['$default', '$disconnect']);
  });

  it('has no word of what people say, are called, or show to be let in', async () => {
    const secret = 'hush7f3a';
    const server = new TestServer(table);
    const query = { name: secret, key: `${secret}${secret}`, token: secret };
    const aki = await server.connect(query, { headers: { Authorization: `Bearer ${secret}` } });
    await server.connect({ name: 'x'.repeat(200), token: secret }).catch(() => {});
    const say = { action: 'sendmessage', room: 'lobby', message: secret, id: secret };
    await server.send(aki, say);
    await server.send(aki, { ...say, [secret]: secret });
    await server.send(aki, { action: secret, token: secret });
    await server.send(aki, { action: 'authenticate', token: secret });
    await server.send(aki, `{"${secret}`);
    const broken = new TestServer(interceptTable(table, () => Promise.reject(new Error('broken'))));
    await broken.send(aki, say);
    const lines = [...server.logLines, ...broken.logLines];
    expect(lines).toHaveLength(8);
    expect(JSON.stringify(lines)).not.toContain(secret);
  });
});

describe('metrics', () => {
  it('are reported by the line itself, in CloudWatch’s format', async () => {
    const { world: server, aki } = await createRoom();
    await server.send(aki, hello);
    const [line] = server.logLines;
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
    const { world: server, aki } = await createRoom({ rate: 1, burst: 1 });
    for (let frame = 0; frame < 2; frame += 1) await server.send(aki, { action: 'ping' });
    expect(server.logLines[1]).toMatchObject({
      Errors: 1,
      Code: 'rate_limited',
      FunctionName: 'chat',
    });
    expect(server.logLines[1]?.['_aws'].CloudWatchMetrics).toEqual([
      directive(['FunctionName', 'Code'], ['Errors', 'Count']),
    ]);
  });

  it('count what was delivered, gone, given up and handed over', async () => {
    const outcomes = new Map<string, 'gone' | 'failed'>();
    const outcome = (id: string) => outcomes.get(id) ?? 'delivered';
    const room = 'counted';
    const { world: server, aki, others } = await createRoom({ outcome, fanoutThreshold: 5 }, 5);
    for (const id of [aki, ...others]) await server.send(id, { action: 'joinroom', room });
    outcomes.set(others[0] ?? '', 'gone').set(others[1] ?? '', 'failed');
    server.logLines.length = 0;
    await server.send(aki, { ...hello, room });
    expect(server.logLines[0]).toMatchObject({ Delivered: 3, Gone: 1, DeliveryFailed: 1 });

    await server.send(await server.connect(), { action: 'joinroom', room });
    server.logLines.length = 0;
    await server.send(aki, { ...hello, room });
    await server.waitForChunks();
    const chunks = server.logLines.filter(({ route }) => route === 'chunk');
    expect(server.logLines.find((line) => line['route'] === 'sendmessage')).toMatchObject({
      Enqueued: chunks.reduce((sum, { recipients }) => sum + recipients, 0),
    });
    expect(chunks.reduce((sum, { Delivered = 0 }) => sum + Delivered, 0)).toBeGreaterThan(2);
    // Nobody waits for a chunk.
    expect(chunks.filter(({ FanOutLatency }) => FanOutLatency !== undefined)).toEqual([]);
  });

  it('count who was away for longer than the log goes back', async () => {
    const day = 24 * 3600 * 1000;
    let now = Date.now();
    const { world: server, aki } = await createRoom({ now: () => now, retentionDays: 1 });
    const room = 'ages';
    await server.send(aki, { action: 'joinroom', room });
    await server.send(aki, { ...hello, room });
    now += 3 * day;
    const back = await server.connect();
    server.logLines.length = 0;
    const ack = await server.send(back, { action: 'joinroom', room, after: 0 });
    expect(ack['recovered']).toBe(false);
    await server.send(back, { action: 'joinroom', room, after: ack['seq'] });
    expect(server.logLines.map(({ RecoveryIncomplete }) => RecoveryIncomplete)).toEqual([
      1,
      undefined,
    ]);
  });

  it('are the observed invocation’s own, however many run at once', async () => {
    const { world: server, aki, others } = await createRoom();
    await Promise.all([
      ...others.map((id) => server.send(id, { action: 'ping' })),
      server.send(aki, hello),
      server.send(aki, { action: 'members', room: 'lobby' }),
    ]);
    const counted = server.logLines.filter(({ Delivered }) => Delivered !== undefined);
    expect(counted.map(({ route }) => route)).toEqual(['sendmessage']);
  });
});
