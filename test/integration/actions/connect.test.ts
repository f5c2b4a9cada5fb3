import { DynamoError } from '../../../src/server/aws/dynamodb.ts';
import { openTestTable } from '../../helpers/database.ts';
import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';
import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import { createGatewayEvent } from '../../helpers/test-server.ts';

describeAction('$connect', withoutMembers, (fixture) => {
  const find = (connectionId: string) => fixture().server.store.connections.find(connectionId);

  it('stores the connection as a member of the default room', async () => {
    const { server } = fixture();
    const id = await server.connect({ name: 'Aki' });
    expect(await find(id)).toMatchObject({ name: 'Aki', rooms: new Set(['lobby']) });
  });

  it('subscribes the connection to the default room', async () => {
    const { server } = fixture();
    const id = await server.connect({ name: 'Sub' });
    const pages = await Array.fromAsync(server.store.members.subscribers('lobby', 100));
    expect(pages.flat().map(({ connectionId }) => connectionId)).toContain(id);
  });

  it('creates a name for a guest without one', async () => {
    const { server } = fixture();
    const id = await server.connect();
    expect((await find(id))?.name).toMatch(/^guest-[0-9a-z]{4}$/);
  });

  it.each<[string, number, Record<string, string>]>([
    ['an empty name', 200, { name: '' }],
    ['a name of 64 characters', 200, { name: '会'.repeat(64) }],
    ['a name of 65 characters', 400, { name: '会'.repeat(65) }],
    ['a name of blanks', 400, { name: '   ' }],
    ['a name with a line break', 400, { name: 'a\nb' }],
    ['a key of 15 characters', 400, { key: 'k'.repeat(15) }],
    ['a key of 129 characters', 400, { key: 'k'.repeat(129) }],
    ['a key with a dot', 400, { key: `${'k'.repeat(16)}.` }],
    ['an unknown parameter', 200, { utm: 'x' }],
  ])('answers %s with %i', async (_case, status, queryStringParameters) => {
    expect(await fixture().server.tryConnect({ queryStringParameters })).toBe(status);
  });

  it('derives the same user id from a key on every connection', async () => {
    const { server } = fixture();
    const key = 'a-secret-of-16-or-more';
    const [first, second] = [await server.connect({ key }), await server.connect({ key })];
    expect((await find(first))?.userId).toBe((await find(second))?.userId);
  });

  it('[SEC-008] derives a user id that shows nothing of the key', async () => {
    const { server } = fixture();
    const id = await server.connect({ key: 'another-secret-of-mine' });
    const userId = (await find(id))?.userId ?? '';
    expect(userId).toMatch(/^[\w-]{22}$/);
    expect('another-secret-of-mine').not.toContain(userId);
  });

  it('[SEC-009] derives another user id from the same key on another table', async () => {
    const { server } = fixture();
    const key = 'a-weak-key-of-many-users';
    const id = await server.connect({ key });
    // An attacker who guesses keys has to connect for each guess.
    const other = await openTestTable();
    const there = new StrictTestServer(other);
    const elsewhere = await there.store.connections.find(await there.connect({ key }));
    expect(elsewhere?.userId).toMatch(/^[\w-]{22}$/);
    expect(elsewhere?.userId).not.toBe((await find(id))?.userId);
    await other.close();
  });

  it('derives the same user id in two new instances at once, on an empty table', async () => {
    const fresh = await openTestTable();
    const key = 'first-on-a-fresh-table';
    const instances = [new StrictTestServer(fresh), new StrictTestServer(fresh)];
    const ids = await Promise.all(instances.map((instance) => instance.connect({ key })));
    const later = new StrictTestServer(fresh);
    ids.push(await later.connect({ key }));
    const stored = await Promise.all(ids.map((id) => later.store.connections.find(id)));
    expect(new Set(stored.map((connection) => connection?.userId)).size).toBe(1);
    await fresh.close();
  });

  it('gives every connection without a key a user id of its own', async () => {
    const { server } = fixture();
    const [first, second] = [await server.connect(), await server.connect()];
    expect((await find(first))?.userId).not.toBe((await find(second))?.userId);
  });

  it('accepts the key in a subprotocol as it does in the query', async () => {
    const { server } = fixture();
    const key = 'from-a-browser-0123456789';
    const headers = { 'sec-websocket-protocol': `kaiwa.v1, kaiwa.key.${key}` };
    const [first, second] = [await server.connect({ key }), await server.connect({}, { headers })];
    expect((await find(first))?.userId).toBe((await find(second))?.userId);
  });

  it.each([
    ['Sec-WebSocket-Protocol', 'kaiwa.v1'],
    ['sec-websocket-protocol', 'other,kaiwa.v1'],
    ['SEC-WEBSOCKET-PROTOCOL', 'other, kaiwa.v1 , kaiwa.key.0123456789abcdef'],
  ])('selects kaiwa.v1 if %s offers %j', async (name, offer) => {
    const { server } = fixture();
    const event = createGatewayEvent('CONNECT', '$connect', 'offering=');
    const reply = await server.invoke({ ...event, headers: { [name]: offer } });
    expect(reply).toEqual({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'kaiwa.v1' } });
  });

  it('selects no subprotocol if the client offers none', async () => {
    const { server } = fixture();
    const reply = await server.invoke(createGatewayEvent('CONNECT', '$connect', 'plain='));
    expect(reply).toEqual({ statusCode: 200 });
  });

  it('rejects a client that offers subprotocols without kaiwa.v1', async () => {
    expect(
      await fixture().server.tryConnect({ headers: { 'Sec-WebSocket-Protocol': 'graphql-ws' } }),
    ).toBe(400);
  });

  it('rejects with 503 while the table cannot be written', async () => {
    const { table } = fixture();
    const broken = new StrictTestServer(
      interceptTable(table, () => Promise.reject(new DynamoError('ThrottlingException', true))),
    );
    const reply = await broken.invoke(createGatewayEvent('CONNECT', '$connect', 'late='));
    expect(reply.statusCode).toBe(503);
    expect(broken.logLines).toMatchObject([{ level: 'error', outcome: 'unavailable' }]);
  });

  it('pushes nothing to any connection', async () => {
    const { server } = fixture();
    const before = [...server.pushed.values()].flat().length;
    await server.connect({ name: 'Silent' });
    expect([...server.pushed.values()].flat()).toHaveLength(before);
  });
});
