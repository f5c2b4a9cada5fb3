import { DynamoError } from '../../../src/server/aws/dynamodb.ts';
import type { GatewayEvent } from '../../../src/server/gateway-event.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { createGatewayEvent, TestServer } from '../../helpers/test-server.ts';

let table: TestTable;
let server: TestServer;

beforeAll(async () => {
  table = await openTestTable();
  server = new TestServer(table);
});
afterAll(() => table.close());

const find = async (connectionId: string) => server.store.connections.find(connectionId);

/** Connects with these offers and tells the status. */
async function attempt(event: Partial<GatewayEvent>, to = server): Promise<number> {
  const reply = await to.invoke({
    ...createGatewayEvent('CONNECT', '$connect', 'tried='),
    ...event,
  });
  return reply.statusCode;
}

describe('$connect', () => {
  it('stores who connected, as a member of the default room', async () => {
    const id = await server.connect({ name: 'Aki' });
    expect(await find(id)).toMatchObject({ name: 'Aki', rooms: new Set(['lobby']) });
  });

  it('subscribes the connection to the default room', async () => {
    const id = await server.connect({ name: 'Sub' });
    const pages = await Array.fromAsync(server.store.members.subscribers('lobby', 100));
    expect(pages.flat().map(({ connectionId }) => connectionId)).toContain(id);
  });

  it('names a guest who gives no name', async () => {
    const id = await server.connect();
    expect((await find(id))?.name).toMatch(/^guest-[0-9a-z]{4}$/);
  });

  it.each([
    ['an empty name is no name', { name: '' }, 200],
    ['a name of 64 characters', { name: '会'.repeat(64) }, 200],
    ['a name of 65 characters', { name: '会'.repeat(65) }, 400],
    ['a name of blanks', { name: '   ' }, 400],
    ['a name with a line break', { name: 'a\nb' }, 400],
    ['a key of 15 characters', { key: 'k'.repeat(15) }, 400],
    ['a key of 129 characters', { key: 'k'.repeat(129) }, 400],
    ['a key with a dot', { key: `${'k'.repeat(16)}.` }, 400],
    ['a parameter that nobody knows', { utm: 'x' }, 200],
  ])('%s', async (_case, queryStringParameters: Record<string, string>, status) => {
    expect(await attempt({ queryStringParameters })).toBe(status);
  });

  it('gives the holder of a key the same user id on every connection', async () => {
    const key = 'a-secret-of-16-or-more';
    const [one, two] = [await server.connect({ key }), await server.connect({ key })];
    expect((await find(one))?.userId).toBe((await find(two))?.userId);
  });

  it('shows nothing of the key in the user id', async () => {
    const id = await server.connect({ key: 'another-secret-of-mine' });
    const userId = (await find(id))?.userId ?? '';
    expect(userId).toMatch(/^[\w-]{22}$/);
    expect('another-secret-of-mine').not.toContain(userId);
  });

  it('gives the holder of a key another user id on another table: who guesses keys has to connect', async () => {
    const key = 'a-weak-key-somebody-took';
    const id = await server.connect({ key });
    const other = await openTestTable();
    const there = new TestServer(other);
    const elsewhere = await there.store.connections.find(await there.connect({ key }));
    expect(elsewhere?.userId).toMatch(/^[\w-]{22}$/);
    expect(elsewhere?.userId).not.toBe((await find(id))?.userId);
    await other.close();
  });

  it('gives the holder of a key the same user id when the function starts anew, by two instances at once', async () => {
    const fresh = await openTestTable();
    const key = 'first-on-a-fresh-table';
    const [one, two] = [new TestServer(fresh), new TestServer(fresh)];
    const ids = await Promise.all([one, two].map((each) => each.connect({ key })));
    ids.push(await new TestServer(fresh).connect({ key }));
    const people = await Promise.all(ids.map((id) => one.store.connections.find(id)));
    expect(new Set(people.map((person) => person?.userId)).size).toBe(1);
    await fresh.close();
  });

  it('makes a person of its own of every connection without a key', async () => {
    const [one, two] = [await server.connect(), await server.connect()];
    expect((await find(one))?.userId).not.toBe((await find(two))?.userId);
  });

  it('takes the key from an offered subprotocol, the same person as from the query', async () => {
    const key = 'from-a-browser-0123456789';
    const headers = { 'sec-websocket-protocol': `kaiwa.v1, kaiwa.key.${key}` };
    const [one, two] = [await server.connect({ key }), await server.connect({}, { headers })];
    expect((await find(one))?.userId).toBe((await find(two))?.userId);
  });

  it.each([
    ['Sec-WebSocket-Protocol', 'kaiwa.v1'],
    ['sec-websocket-protocol', 'other,kaiwa.v1'],
    ['SEC-WEBSOCKET-PROTOCOL', 'other, kaiwa.v1 , kaiwa.key.0123456789abcdef'],
  ])('agrees to kaiwa.v1 where %s offers %j', async (name, offer) => {
    const event = createGatewayEvent('CONNECT', '$connect', 'offering=');
    const reply = await server.invoke({ ...event, headers: { [name]: offer } });
    expect(reply).toEqual({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'kaiwa.v1' } });
  });

  it('names no subprotocol to a client that offers none', async () => {
    const reply = await server.invoke(createGatewayEvent('CONNECT', '$connect', 'plain='));
    expect(reply).toEqual({ statusCode: 200 });
  });

  it('refuses a client that offers subprotocols without kaiwa.v1', async () => {
    expect(await attempt({ headers: { 'Sec-WebSocket-Protocol': 'graphql-ws' } })).toBe(400);
  });

  it('refuses with 503 while the table cannot be written', async () => {
    const broken = new TestServer(interceptTable(table, () => fail()));
    const reply = await broken.invoke(createGatewayEvent('CONNECT', '$connect', 'late='));
    expect(reply.statusCode).toBe(503);
    expect(broken.logLines).toMatchObject([{ level: 'error', outcome: 'unavailable' }]);
  });

  it('posts nothing to anyone', async () => {
    const before = [...server.pushed.values()].flat().length;
    await server.connect({ name: 'Silent' });
    expect([...server.pushed.values()].flat()).toHaveLength(before);
  });
});

describe('$connect from a page', () => {
  const list = 'https://chat.example, https://chat.example:8443,http://localhost:3000';

  it.each([
    ['of the list', 'https://chat.example', 200],
    ['of the list, with a port', 'https://chat.example:8443', 200],
    ['of the list, on this machine', 'http://localhost:3000', 200],
    ['of another host', 'https://chat.example.evil.example', 403],
    ['of a subdomain', 'https://www.chat.example', 403],
    ['of another scheme', 'http://chat.example', 403],
    ['of another port', 'https://chat.example:444', 403],
    ['with a path', 'https://chat.example/', 403],
    ['in capitals, as no browser writes it', 'https://CHAT.example', 403],
    ['in a sandbox or a file', 'null', 403],
    ['that is empty', '', 403],
    ['of everybody', '*', 403],
  ])('%s is answered: %s, %p', async (_case, origin, status) => {
    const listed = new TestServer(table, { origins: list });
    for (const name of ['Origin', 'origin', 'ORIGIN']) {
      expect(await attempt({ headers: { [name]: origin } }, listed)).toBe(status);
    }
  });

  it('is admitted from anywhere where there is no list', async () => {
    for (const origin of ['https://anywhere.example', 'null']) {
      expect(await attempt({ headers: { Origin: origin } })).toBe(200);
    }
  });

  it('is not asked of what is no browser', async () => {
    expect(await attempt({}, new TestServer(table, { origins: list }))).toBe(200);
  });
});

async function fail(): Promise<never> {
  throw new DynamoError('ThrottlingException', true);
}
