import type { GatewayEvent } from '../../../src/server/gateway-event.ts';
import { openTable, type TestTable } from '../../helpers/database.ts';
import { Issuer } from '../../helpers/fakes/fake-issuer.ts';
import { intercept } from '../../helpers/fakes/faulty-dynamo.ts';
import { ValidWorld } from '../../helpers/strict-test-server.ts';
import { gatewayEvent, World, type WorldOptions } from '../../helpers/test-server.ts';

let table: TestTable;
let issuer: Issuer;

beforeAll(async () => {
  table = await openTable();
  issuer = await Issuer.start();
});
afterAll(async () => {
  await issuer.close();
  await table.close();
});

/** A stage whose calls to the table are counted. */
function counted(options: WorldOptions = {}) {
  let calls = 0;
  const watched = intercept(table, (_sent, go) => {
    calls += 1;
    return go();
  });
  return { world: new World(watched, options), calls: () => calls };
}

const jwt = () => issuer.authenticator();

/** A request of a browser: the gateway gives it no type. */
function request(routeKey: string, headers: Record<string, string>): GatewayEvent {
  const { eventType: _none, ...requestContext } = gatewayEvent(
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
    const { world, calls } = counted(options);
    const reply = await world.invoke({ ...gatewayEvent('CONNECT', '$connect', 'x='), ...event });
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
      const { world, calls } = counted();
      const plain = await world.invoke(request(routeKey, {}));
      expect(plain.statusCode).toBe(200);
      expect(await world.invoke(request(routeKey, odd))).toEqual(plain);
      expect(calls()).toBe(0);
    },
  );
});

describe('a frame', () => {
  it.each([
    ['[', ']'],
    ['{"a":', '}'],
  ])('that nests %s…%s as deep as fits into one is refused like any other', async (open, close) => {
    const world = new ValidWorld(table);
    const id = await world.connect();
    const depth = Math.floor(128_000 / (open.length + close.length));
    const deep = `${open.repeat(depth)}1${close.repeat(depth)}`;
    for (const name of ['message', '__proto__', 'constructor']) {
      const { code } = await world.send(id, `{"action":"sendmessage","${name}":${deep}}`);
      expect(['malformed', 'invalid']).toContain(code);
    }
    expect(await world.ask(id, { action: 'identity' })).toMatchObject({ type: 'ack' });
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
    const world = new ValidWorld(table);
    const room = `there-${action}`;
    const inside = await world.enter(room);
    await world.ask(inside, { action: 'sendmessage', room, message: 'x' });
    const outside = await world.connect();
    const [there, nowhere] = [
      await world.send(outside, { action, ...fields, room }),
      await world.send(outside, { action, ...fields, room: `not-${room}` }),
    ];
    expect(there).toMatchObject({ type: 'error', code: 'not_member' });
    expect(there).toEqual(nowhere);
  });
});
