import type { GatewayEvent } from '../../../src/server/gateway-event.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { FakeIssuer } from '../../helpers/fakes/fake-issuer.ts';
import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import {
  createGatewayEvent,
  TestServer,
  type TestServerOptions,
} from '../../helpers/test-server.ts';

let table: TestTable;
let issuer: FakeIssuer;

beforeAll(async () => {
  table = await openTestTable();
  issuer = await FakeIssuer.start();
});
afterAll(async () => {
  await issuer.close();
  await table.close();
});

/** Creates a server that counts its calls to the table. */
function createCountingServer(options: TestServerOptions = {}) {
  let calls = 0;
  const countingTable = interceptTable(table, (_call, proceed) => {
    calls += 1;
    return proceed();
  });
  return { server: new TestServer(countingTable, options), getCalls: () => calls };
}

/** Creates an HTTP request of a browser. API Gateway sets no event type for it. */
function createHttpEvent(routeKey: string, headers: Record<string, string>): GatewayEvent {
  const { eventType: _eventType, ...requestContext } = createGatewayEvent(
    'MESSAGE',
    routeKey,
    '',
  ).requestContext;
  return { requestContext, headers, body: 'body-of-a-stranger' };
}

describe('a handshake', () => {
  const query = (queryStringParameters: Record<string, string>) => ({ queryStringParameters });

  it.each<[string, number, Partial<GatewayEvent>]>([
    ['for its origin', 403, { headers: { Origin: 'https://evil.example' } }],
    ['for its subprotocols', 400, { headers: { 'Sec-WebSocket-Protocol': 'other' } }],
    ['for its name', 400, query({ name: '\u0007' })],
    ['for its missing token', 401, {}],
    ['for a key in place of a token', 401, query({ key: 'a-key-is-no-token' })],
    ['for an invalid token', 401, query({ token: 'a.b.c' })],
  ])('[SEC-016] is rejected %s before any call to the table', async (_reason, status, event) => {
    const options = {
      authenticator: issuer.createAuthenticator(),
      origins: 'https://chat.example',
    };
    const { server, getCalls } = createCountingServer(options);
    const reply = await server.invoke({
      ...createGatewayEvent('CONNECT', '$connect', 'x='),
      ...event,
    });
    expect(reply).toEqual({ statusCode: status });
    expect(getCalls()).toBe(0);
  });
});

describe('an HTTP request', () => {
  const unusualHeaders = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'user-agent': '<script>日本</script>',
    referer: 'a\u0000b',
    'not a name': 'x',
    cookie: 'a=b',
  };

  it.each(['GET /', 'GET /contract'])(
    '[SEC-017] gets the same response to %s with unusual headers, without a call to the table',
    async (routeKey) => {
      const { server, getCalls } = createCountingServer();
      const plain = await server.invoke(createHttpEvent(routeKey, {}));
      expect(plain.statusCode).toBe(200);
      expect(await server.invoke(createHttpEvent(routeKey, unusualHeaders))).toEqual(plain);
      expect(getCalls()).toBe(0);
    },
  );
});

describe('a frame', () => {
  it.each([
    ['[', ']'],
    ['{"a":', '}'],
  ])(
    '[SEC-014] is rejected like any invalid frame if it nests %s…%s as deep as its size allows',
    async (open, close) => {
      const server = new StrictTestServer(table);
      const id = await server.connect();
      const depth = Math.floor(128_000 / (open.length + close.length));
      const deep = `${open.repeat(depth)}1${close.repeat(depth)}`;
      for (const name of ['message', '__proto__', 'constructor']) {
        const { code } = await server.send(id, `{"action":"sendmessage","${name}":${deep}}`);
        expect(['malformed', 'invalid']).toContain(code);
      }
      expect(await server.request(id, { action: 'identity' })).toMatchObject({ type: 'ack' });
    },
  );
});

describe('a request about a room that the user has not joined', () => {
  it.each([
    ['history', {}],
    ['members', {}],
    ['sendmessage', { message: 'x', replyTo: 1 }],
    ['editmessage', { seq: 1, message: 'x' }],
    ['deletemessage', { seq: 1 }],
    ['react', { seq: 1, emoji: 'x' }],
    ['markread', { seq: 1 }],
    ['typing', { typing: true }],
    ['leaveroom', {}],
  ])('[SEC-027] does not reveal by %s whether the room exists', async (action, fields) => {
    const server = new StrictTestServer(table);
    const room = `there-${action}`;
    const member = await server.connectTo(room);
    await server.request(member, { action: 'sendmessage', room, message: 'x' });
    const stranger = await server.connect();
    const existing = await server.send(stranger, { action, ...fields, room });
    const absent = await server.send(stranger, { action, ...fields, room: `not-${room}` });
    expect(existing).toMatchObject({ type: 'error', code: 'not_member', room });
    expect({ ...existing, room: `not-${room}` }).toEqual(absent);
  });
});
