import { DynamoError } from '../../../src/server/aws/dynamodb.ts';
import { type ActionFixture, describeAction } from '../../helpers/describe-action.ts';
import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import { createGatewayEvent } from '../../helpers/test-server.ts';

/** Starts the tests with a connection. */
const withAki = async ({ server }: ActionFixture) => ({
  aki: await server.connect({ name: 'Aki' }),
});

describeAction('error frame', withAki, (fixture) => {
  it.each<[string, string, unknown]>([
    ['plain text', 'malformed', 'plain text'],
    ['an empty frame', 'malformed', ''],
    ['an array', 'malformed', '[]'],
    ['a number', 'malformed', '5'],
    ['null', 'malformed', 'null'],
    ['a string', 'malformed', '"sendmessage"'],
    ['a binary frame', 'malformed', Buffer.from('{"action":"ping"}')],
    ['no action', 'unknown_action', '{}'],
    ['an unknown action', 'unknown_action', '{"action":"nope"}'],
    ['an action of another type', 'unknown_action', '{"action":5}'],
    ['the prototype', 'unknown_action', '{"action":"__proto__"}'],
    ['a method of objects', 'unknown_action', '{"action":"toString"}'],
    ['the name of a lifecycle route', 'unknown_action', '{"action":"$connect"}'],
    ['the name of another lifecycle route', 'unknown_action', '{"action":"$disconnect"}'],
    ['a missing field', 'invalid', '{"action":"sendmessage"}'],
    ['a wrong type', 'invalid', '{"action":"sendmessage","message":5}'],
    ['an empty message', 'invalid', '{"action":"sendmessage","message":""}'],
    ['an unknown field', 'invalid', '{"action":"sendmessage","message":"x","to":"y"}'],
    ['a __proto__ field', 'invalid', '{"action":"sendmessage","message":"x","__proto__":{}}'],
    ['5,000 characters', 'invalid', { action: 'sendmessage', message: 'x'.repeat(5_000) }],
    ['130,000 bytes', 'invalid', { action: 'sendmessage', message: 'x'.repeat(129_950) }],
    ['a bad room', 'invalid', '{"action":"sendmessage","message":"x","room":"Tea"}'],
    ['a bad id', 'invalid', '{"action":"sendmessage","message":"x","id":"a b"}'],
  ])('answers %s with %s', async (_case, code, frame) => {
    const { server, aki } = fixture();
    expect(await server.send(aki, frame)).toMatchObject({ type: 'error', code, retryable: false });
  });

  it('names the field that breaks the schema, and returns the action, the id and the room', async () => {
    const { server, aki } = fixture();
    const frame = { action: 'sendmessage', id: 'a1', message: 5 };
    expect(await server.send(aki, frame)).toEqual({
      type: 'error',
      action: 'sendmessage',
      id: 'a1',
      room: 'lobby',
      code: 'invalid',
      message: expect.any(String),
      retryable: false,
      details: [{ path: '/message', rule: 'type', message: 'must be string' }],
    });
  });

  it('names an unknown field', async () => {
    const { server, aki } = fixture();
    const error = await server.send(aki, { action: 'ping', 'a/b~c': 1 });
    expect(error['details']).toMatchObject([{ path: '/a~1b~0c', rule: 'additionalProperties' }]);
  });

  it('names eight of a thousand broken rules', async () => {
    const { server, aki } = fixture();
    const fields = Array.from({ length: 1_000 }, (_, index) => [`f${index}`, index]);
    const error = await server.send(aki, { action: 'ping', ...Object.fromEntries(fields) });
    expect(error['details']).toHaveLength(8);
  });

  it('omits an id that is not valid', async () => {
    const { server, aki } = fixture();
    expect(await server.send(aki, { action: 'nope', id: '<b>' })).not.toHaveProperty('id');
  });

  it('describes the connection, as the default route of the AWS tutorial does', async () => {
    const { server, aki } = fixture();
    const { connection } = await server.send(aki, { action: 'nope' });
    expect(connection).toEqual({
      connectionId: aki,
      connectedAt: '2026-01-01T00:00:00.000Z',
      sourceIp: '192.0.2.1',
      userAgent: 'test',
    });
  });

  it('keeps the connection open', async () => {
    const { server, aki } = fixture();
    await server.send(aki, '{"action":"$disconnect"}');
    expect(await server.send(aki, { action: 'sendmessage', message: 'still here' })).toMatchObject({
      type: 'ack',
    });
  });

  it('returns the same error for an unknown route key as for $default', async () => {
    const { server, aki } = fixture();
    const body = '{"action":"nope"}';
    const [aws, local] = await Promise.all([
      server.invoke({ ...createGatewayEvent('MESSAGE', '$default', aki), body }),
      server.invoke({ ...createGatewayEvent('MESSAGE', 'nope', aki), body }),
    ]);
    expect(aws).toEqual(local);
  });

  it('[SEC-015] hides an internal failure behind `internal` and the request id', async () => {
    const { table, aki } = fixture();
    const failing = interceptTable(table, () => Promise.reject(new DynamoError('Secret', false)));
    const server = new StrictTestServer(failing);
    const error = await server.send(aki, { action: 'sendmessage', message: 'private', id: 'a1' });

    expect(error).toMatchObject({ code: 'internal', retryable: true, id: 'a1' });
    expect(error['message']).toContain('request-1');
    expect(JSON.stringify(error)).not.toMatch(/secret/i);
    // The log contains the error's name and stack. The message of AWS may quote keys and values.
    const [line] = server.logLines;
    expect(line).toMatchObject({ level: 'error', outcome: 'internal', requestId: 'request-1' });
    expect(line?.['reason']).toMatch(
      /^Secret: DynamoDB rejected the request\. See the name of this error\.\n {4}at /,
    );
    expect(JSON.stringify(line)).not.toMatch(/private/);
  });
});

describeAction('message text', withAki, (fixture) => {
  it('counts an emoji as one character', async () => {
    const { server, aki } = fixture();
    const message = '😀'.repeat(4_096);
    expect(await server.send(aki, { action: 'sendmessage', message })).toMatchObject({
      type: 'ack',
    });
  });

  it('replaces a lone surrogate by U+FFFD, as the table does', async () => {
    const { server, aki } = fixture();
    const ben = await server.connect();
    await server.send(aki, '{"action":"sendmessage","message":"a\\ud800b"}');
    expect(server.pushedTo(ben)[0]?.['message']).toBe('a\ufffdb');
  });
});

describeAction('ping', withAki, (fixture) => {
  it('returns the time on any connection without a read of the table', async () => {
    const { table } = fixture();
    const now = () => Date.UTC(2026, 10, 22, 9, 30);
    const closed = interceptTable(table, () => Promise.reject(new Error('closed')));
    const ack = await new StrictTestServer(closed, { now }).send('unknown=', {
      action: 'ping',
      id: 'p',
    });
    expect(ack).toEqual({ type: 'ack', action: 'ping', id: 'p', time: '2026-11-22T09:30:00.000Z' });
  });
});
