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

/** A stage whose calls to the table are counted. */
function createCountedServer(options: TestServerOptions = {}) {
  let calls = 0;
  const watched = interceptTable(table, (_sent, go) => {
    calls += 1;
    return go();
  });
  return { server: new TestServer(watched, options), calls: () => calls };
}

const jwt = () => issuer.createAuthenticator();

/** A request of a browser: the gateway gives it no type. */
function request(routeKey: string, headers: Record<string, string>): GatewayEvent {
  const { eventType: _none, ...requestContext } = createGatewayEvent(
    'MESSAGE',
    routeKey,
    '',
  ).requestContext;
  return { requestContext, headers, body: 'body-of-a-stranger' };
}

describe('a handshake that is refused', () => {
  const offer = { 'Sec-WebSocket-Protocol': 'other' };
  const query = (queryStringParameters: Record<string, string>) => ({ queryStringParameters });

  it.each<[string, number, Partial<GatewayEvent>]>([
    ['for its origin', 403, { headers: { Origin: 'https://evil.example' } }],
    ['for its subprotocols', 400, { headers: offer }],
    ['for its name', 400, query({ name: '\u0007' })],
    ['for having no token', 401, {}],
    ['for a key in place of a token', 401, query({ key: 'a-key-is-no-token' })],
    ['for a token that is none', 401, query({ token: 'a.b.c' })],
  ])('%s costs no call to the table', async (_why, status, event) => {
    const options = { authenticator: jwt(), origins: 'https://chat.example' };
    const { server, calls } = createCountedServer(options);
    const reply = await server.invoke({
      ...createGatewayEvent('CONNECT', '$connect', 'x='),
      ...event,
    });
    expect(reply).toEqual({ statusCode: status });
    expect(calls()).toBe(0);
  });
});

describe('a browser’s request', () => {
  const odd = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'user-agent': '<script>日本</script>',
    referer: 'a\u0000b',
    'not a name': 'x',
    cookie: 'a=b',
  };

  it.each(['GET /', 'GET /contract'])(
    'for %s is answered alike whatever stands in it, without a call to the table',
    async (routeKey) => {
      const { server, calls } = createCountedServer();
      const plain = await server.invoke(request(routeKey, {}));
      expect(plain.statusCode).toBe(200);
      expect(await server.invoke(request(routeKey, odd))).toEqual(plain);
      expect(calls()).toBe(0);
    },
  );
});

describe('a frame', () => {
  it.each([
    ['[', ']'],
    ['{"a":', '}'],
  ])('that nests %s…%s as deep as fits into one is refused like any other', async (open, close) => {
    const server = new StrictTestServer(table);
    const id = await server.connect();
    const depth = Math.floor(128_000 / (open.length + close.length));
    const deep = `${open.repeat(depth)}1${close.repeat(depth)}`;
    for (const name of ['message', '__proto__', 'constructor']) {
      const { code } = await server.send(id, `{"action":"sendmessage","${name}":${deep}}`);
      expect(['malformed', 'invalid']).toContain(code);
    }
    expect(await server.request(id, { action: 'identity' })).toMatchObject({ type: 'ack' });
  });
});

describe('who is not in a room', () => {
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
  ])('is told by %s nothing of whether it is there', async (action, fields) => {
    const server = new StrictTestServer(table);
    const room = `there-${action}`;
    const inside = await server.connectTo(room);
    await server.request(inside, { action: 'sendmessage', room, message: 'x' });
    const outside = await server.connect();
    const [there, nowhere] = [
      await server.send(outside, { action, ...fields, room }),
      await server.send(outside, { action, ...fields, room: `not-${room}` }),
    ];
    expect(there).toMatchObject({ type: 'error', code: 'not_member' });
    expect(there).toEqual(nowhere);
  });
});
