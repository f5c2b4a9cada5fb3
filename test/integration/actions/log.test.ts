import {
  type ActionFixture,
  describeAction,
  withoutMembers,
} from '../../helpers/describe-action.ts';
import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import {
  createGatewayEvent,
  TestServer,
  type TestServerOptions,
} from '../../helpers/test-server.ts';

/** Connects a sender and others to the lobby, and forgets the lines that this logged. */
async function createRoom({ table }: ActionFixture, options: TestServerOptions = {}, count = 3) {
  const server = new TestServer(table, options);
  const aki = await server.connect({ name: 'Aki' });
  const others: string[] = [];
  for (let other = 0; other < count; other += 1) others.push(await server.connect());
  await server.waitForChunks();
  server.logLines.length = 0;
  return { server, aki, others };
}

const hello = { action: 'sendmessage', room: 'lobby', message: 'hello' };

/** Returns the directive with which CloudWatch finds the metrics of a line. */
const directive = (dimensions: string[], ...metrics: [Name: string, Unit: string][]) => ({
  Namespace: 'Kaiwa',
  Dimensions: [dimensions],
  Metrics: metrics.map(([Name, Unit]) => ({ Name, Unit })),
});

describeAction('invocation log', withoutMembers, (fixture) => {
  afterEach(() => {
    delete process.env['_X_AMZN_TRACE_ID'];
  });

  it('contains the route, the connection, the duration and the outcome', async () => {
    const { server, aki } = await createRoom(fixture());
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
      'of a request outside the client’s rooms',
      { action: 'history', room: 'elsewhere' },
      'not_member',
    ],
    ['of a frame with an unknown action', { action: 'shout' }, 'unknown_action'],
    ['of a frame that is not JSON', 'hello', 'malformed'],
  ])('contains the error code %s, but no reason', async (_case, frame, code) => {
    const { server, aki } = await createRoom(fixture());
    await server.send(aki, frame);
    expect(server.logLines).toMatchObject([
      { level: 'info', outcome: code, Code: code, Errors: 1 },
    ]);
    expect(server.logLines[0]).not.toHaveProperty('reason');
  });

  it('contains the failure of an event that is not valid', async () => {
    const { table } = fixture();
    const server = new TestServer(table);
    await expect(server.deliverChunk({} as never)).rejects.toThrow();
    expect(server.logLines).toMatchObject([
      { level: 'error', route: 'chunk', recipients: 0, outcome: 'internal', Code: 'internal' },
    ]);
  });

  it('contains the trace id if the invocation is traced', async () => {
    const { server, aki } = await createRoom(fixture());
    const root = '1-5759e988-bd862e3fe1be46a994272793';
    for (const sampled of [1, 0]) {
      process.env['_X_AMZN_TRACE_ID'] = `Root=${root};Parent=53995c3f42cd8ad8;Sampled=${sampled}`;
      await server.send(aki, { action: 'ping' });
    }
    expect(server.logLines.map(({ trace }) => trace)).toEqual([root, undefined]);
  });

  it('names only routes of the gateway, never an action that a client invents', async () => {
    const { server, aki } = await createRoom(fixture());
    await server.send(aki, { action: 'a secret' });
    await server.invoke(createGatewayEvent('DISCONNECT', '$disconnect', aki));
    expect(server.logLines.map(({ route }) => route)).toEqual(['$default', '$disconnect']);
  });

  it('[SEC-074] contains no text, name, key or token of a user', async () => {
    const { table } = fixture();
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

describeAction('metrics', withoutMembers, (fixture) => {
  it('reports metrics in the log line, in CloudWatch’s format', async () => {
    const { server, aki } = await createRoom(fixture());
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

  it('counts an error by its code', async () => {
    const { server, aki } = await createRoom(fixture(), { rate: 1, burst: 1 });
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

  it('counts deliveries, gone connections, failures and enqueued recipients', async () => {
    const outcomes = new Map<string, 'gone' | 'failed'>();
    const outcome = (id: string) => outcomes.get(id) ?? 'delivered';
    const room = 'metrics';
    const { server, aki, others } = await createRoom(fixture(), { outcome, fanoutThreshold: 5 }, 5);
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
    // No client waits for a chunk.
    expect(chunks.filter(({ FanOutLatency }) => FanOutLatency !== undefined)).toEqual([]);
  });

  it('counts clients that were away for longer than the retention', async () => {
    const day = 24 * 3600 * 1000;
    let now = Date.now();
    const { server, aki } = await createRoom(fixture(), { now: () => now, retentionDays: 1 });
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

  it('keeps the metrics of concurrent invocations apart', async () => {
    const { server, aki, others } = await createRoom(fixture());
    await Promise.all([
      ...others.map((id) => server.send(id, { action: 'ping' })),
      server.send(aki, hello),
      server.send(aki, { action: 'members', room: 'lobby' }),
    ]);
    const counted = server.logLines.filter(({ Delivered }) => Delivered !== undefined);
    expect(counted.map(({ route }) => route)).toEqual(['sendmessage']);
  });
});
