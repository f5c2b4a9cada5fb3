import { DynamoError } from '../../../src/server/aws/dynamodb.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { createGatewayEvent, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;
let server: TestServer;
let aki: string;

beforeAll(async () => {
  table = await openTestTable();
  server = new TestServer(table);
  aki = await server.connect({ name: 'Aki' });
});
afterAll(() => table.close());

describe('a frame that is no good', () => {
  it.each<[string, unknown, string]>([
    ['plain text', 'plain text', 'malformed'],
    ['an empty frame', '', 'malformed'],
    ['an array', '[]', 'malformed'],
    ['a number', '5', 'malformed'],
    ['null', 'null', 'malformed'],
    ['a string', '"sendmessage"', 'malformed'],
    ['a binary frame', Buffer.from('{"action":"ping"}'), 'malformed'],
    ['no action', '{}', 'unknown_action'],
    ['an unknown action', '{"action":"nope"}', 'unknown_action'],
    ['an action of another type', '{"action":5}', 'unknown_action'],
    ['the prototype', '{"action":"__proto__"}', 'unknown_action'],
    ['a method of objects', '{"action":"toString"}', 'unknown_action'],
    ['the name of a lifecycle route', '{"action":"$connect"}', 'unknown_action'],
    ['the name of the other one', '{"action":"$disconnect"}', 'unknown_action'],
    ['a missing field', '{"action":"sendmessage"}', 'invalid'],
    ['a wrong type', '{"action":"sendmessage","message":5}', 'invalid'],
    ['an empty message', '{"action":"sendmessage","message":""}', 'invalid'],
    ['an unknown field', '{"action":"sendmessage","message":"x","to":"y"}', 'invalid'],
    ['a __proto__ field', '{"action":"sendmessage","message":"x","__proto__":{}}', 'invalid'],
    ['5,000 characters', { action: 'sendmessage', message: 'x'.repeat(5_000) }, 'invalid'],
    ['130,000 bytes', { action: 'sendmessage', message: 'x'.repeat(129_950) }, 'invalid'],
    ['a bad room', '{"action":"sendmessage","message":"x","room":"Tea"}', 'invalid'],
    ['a bad id', '{"action":"sendmessage","message":"x","id":"a b"}', 'invalid'],
  ])('%s', async (_case, frame, code) => {
    expect(await server.send(aki, frame)).toMatchObject({ type: 'error', code, retryable: false });
  });

  it('says where the schema is broken, and echoes action and id', async () => {
    const frame = { action: 'sendmessage', id: 'a1', message: 5 };
    expect(await server.send(aki, frame)).toEqual({
      type: 'error',
      action: 'sendmessage',
      id: 'a1',
      code: 'invalid',
      message: expect.any(String),
      retryable: false,
      details: [{ path: '/message', rule: 'type', message: 'must be string' }],
    });
  });

  it('names the field that has no business there', async () => {
    const error = await server.send(aki, { action: 'ping', 'a/b~c': 1 });
    expect(error['details']).toMatchObject([{ path: '/a~1b~0c', rule: 'additionalProperties' }]);
  });

  it('names a few of a thousand broken rules', async () => {
    const fields = Array.from({ length: 1_000 }, (_, index) => [`f${index}`, index]);
    const error = await server.send(aki, { action: 'ping', ...Object.fromEntries(fields) });
    expect(error['details']).toHaveLength(8);
  });

  it('echoes no id that could not be one', async () => {
    expect(await server.send(aki, { action: 'nope', id: '<b>' })).not.toHaveProperty('id');
  });

  it('tells who the connection is, as the tutorial’s default route does', async () => {
    const { connection } = await server.send(aki, { action: 'nope' });
    expect(connection).toEqual({
      connectionId: aki,
      connectedAt: '2026-01-01T00:00:00.000Z',
      sourceIp: '192.0.2.1',
      userAgent: 'test',
    });
  });

  it('leaves the connection as it was', async () => {
    await server.send(aki, '{"action":"$disconnect"}');
    expect(await server.send(aki, { action: 'sendmessage', message: 'still here' })).toMatchObject({
      type: 'ack',
    });
  });

  it('is the same under a route key that the registry does not know as under $default', async () => {
    const body = '{"action":"nope"}';
    const [aws, local] = await Promise.all([
      server.invoke({ ...createGatewayEvent('MESSAGE', '$default', aki), body }),
      server.invoke({ ...createGatewayEvent('MESSAGE', 'nope', aki), body }),
    ]);
    expect(aws).toEqual(local);
  });
});

describe('characters', () => {
  it('counts an emoji as one', async () => {
    const message = '😀'.repeat(4_096);
    expect(await server.send(aki, { action: 'sendmessage', message })).toMatchObject({
      type: 'ack',
    });
  });

  it('pushes a lone surrogate as the character that the table would make of it', async () => {
    const ben = await server.connect();
    await server.send(aki, '{"action":"sendmessage","message":"a\\ud800b"}');
    expect(server.pushedTo(ben)[0]?.['message']).toBe('a\ufffdb');
  });
});

describe('ping', () => {
  it('tells the time without a read, on any connection', async () => {
    const now = () => Date.UTC(2026, 10, 22, 9, 30);
    const closed = interceptTable(table, () => Promise.reject(new Error('closed')));
    const ack = await new TestServer(closed, { now }).send('unknown=', { action: 'ping', id: 'p' });
    expect(ack).toEqual({ type: 'ack', action: 'ping', id: 'p', time: '2026-11-22T09:30:00.000Z' });
  });
});

describe('a failure inside', () => {
  it('is internal to the client, with the request’s id and nothing from inside', async () => {
    const refusing = interceptTable(table, () => Promise.reject(new DynamoError('Secret', false)));
    const server = new TestServer(refusing);
    const error = await server.send(aki, { action: 'sendmessage', message: 'private', id: 'a1' });

    expect(error).toMatchObject({ code: 'internal', retryable: true, id: 'a1' });
    expect(error['message']).toContain('request-1');
    expect(JSON.stringify(error)).not.toMatch(/secret/i);
    // The log names the error and where it came from; AWS's own words may quote keys and values.
    const [line] = server.logLines;
    expect(line).toMatchObject({ level: 'error', outcome: 'internal', requestId: 'request-1' });
    expect(line?.['reason']).toMatch(
      /^Secret: DynamoDB rejected the request\. See the name of this error\.\n {4}at /,
    );
    expect(JSON.stringify(line)).not.toMatch(/private/);
  });
});
