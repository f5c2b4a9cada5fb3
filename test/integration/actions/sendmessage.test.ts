import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { TestServer } from '../../helpers/test-server.ts';

let table: TestTable;

beforeEach(async () => {
  table = await openTestTable();
});
afterEach(() => table.close());

const hello = { action: 'sendmessage', message: 'hello' };

describe('sendmessage', () => {
  it('is acked to its sender and delivered to everyone else in the room', async () => {
    const server = new TestServer(table);
    const [aki, ben, cleo] = [
      await server.connect({ name: 'Aki' }),
      await server.connect(),
      await server.connect(),
    ];
    const ack = await server.send(aki, { ...hello, id: 'a1' });

    expect(ack).toEqual({
      type: 'ack',
      action: 'sendmessage',
      id: 'a1',
      room: 'lobby',
      seq: 1,
      sentAt: ack['sentAt'],
    });
    const [event] = server.pushedTo(ben);
    expect(event).toEqual({
      type: 'message',
      room: 'lobby',
      seq: 1,
      id: 'a1',
      from: { userId: (await server.store.connections.find(aki))?.userId, name: 'Aki' },
      message: 'hello',
      sentAt: ack['sentAt'],
    });
    expect(server.pushedTo(cleo)).toEqual([event]);
    expect(server.pushedTo(aki)).toEqual([]);
  });

  it('reaches the sender on another connection of theirs', async () => {
    const server = new TestServer(table);
    const key = 'the-same-person-on-two';
    const [phone, laptop] = [await server.connect({ key }), await server.connect({ key })];
    await server.send(phone, hello);
    expect(server.pushedTo(laptop)).toHaveLength(1);
    expect(server.pushedTo(phone)).toEqual([]);
  });

  it('gives each message of a room the next number', async () => {
    const server = new TestServer(table);
    const aki = await server.connect();
    const seqs = [
      await server.send(aki, hello),
      await server.send(aki, hello),
      await server.send(aki, hello),
    ];
    expect(seqs.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('names a message itself where the client gave no id', async () => {
    const server = new TestServer(table);
    const [aki, ben] = [await server.connect(), await server.connect()];
    const ack = await server.send(aki, hello);
    expect(ack).not.toHaveProperty('id');
    expect(server.pushedTo(ben)[0]?.['id']).toMatch(/^[\w-]{16}$/);
  });

  it('is refused outside one’s rooms, and nothing is stored', async () => {
    const server = new TestServer(table);
    const aki = await server.connect();
    const error = await server.send(aki, { ...hello, room: 'tea' });
    expect(error).toMatchObject({
      type: 'error',
      action: 'sendmessage',
      code: 'not_member',
      retryable: false,
    });
    expect(await findRows(table, '#tea')).toEqual([]);
  });

  it('is unauthenticated on a connection that the table does not know', async () => {
    const error = await new TestServer(table).send('unknown=', hello);
    expect(error).toMatchObject({ code: 'unauthenticated', retryable: false });
  });

  it('delivers to the living, acks the sender and forgets the dead', async () => {
    let dead = '';
    const server = new TestServer(table, { outcome: (id) => (id === dead ? 'gone' : 'delivered') });
    const old = {
      userId: 'u',
      name: 'n',
      connectedAt: Date.now() - 60_000,
      rooms: new Set(['lobby', 'tea']),
    };
    dead = 'dead=';
    await server.store.connections.add({ connectionId: dead, ...old });
    const [aki, ben] = [await server.connect(), await server.connect()];

    expect(await server.send(aki, hello)).toMatchObject({ type: 'ack', seq: 1 });
    expect(server.pushedTo(ben)).toHaveLength(1);
    expect(await findRows(table, dead)).toEqual([]);
  });

  it('forgets a subscription that outlived its connection', async () => {
    const server = new TestServer(table, { outcome: () => 'gone' });
    const subscriber = { room: 'lobby', connectionId: 'stale=', userId: 'u', name: 'n' };
    await server.store.members.add({
      ...subscriber,
      connectedAt: Date.now() - 60_000,
      announced: false,
    });
    await server.send(await server.connect(), hello);
    expect(await findRows(table, 'stale=')).toEqual([]);
  });

  it('keeps a connection that is so new that its $connect may not have returned', async () => {
    const server = new TestServer(table, { outcome: () => 'gone' });
    const [aki, ben] = [await server.connect(), await server.connect()];
    await server.send(aki, hello);
    expect(await findRows(table, ben)).toHaveLength(3);
  });

  it('reaches the others and acks when one recipient fails', async () => {
    const refused = new Set<string>();
    const server = new TestServer(table, {
      outcome: (id) => (refused.has(id) ? 'failed' : 'delivered'),
    });
    const [aki, ben, cleo] = [
      await server.connect(),
      await server.connect(),
      await server.connect(),
    ];
    refused.add(ben);
    expect(await server.send(aki, hello)).toMatchObject({ type: 'ack' });
    expect(server.pushedTo(cleo)).toHaveLength(1);
    expect(await findRows(table, ben)).toHaveLength(3);
  });

  it('does not deliver to connections whose time is over, though their rows are still there', async () => {
    const server = new TestServer(table);
    const connectedAt = Date.now() - 3 * 3600_000;
    await server.store.members.add({
      room: 'lobby',
      connectionId: 'over=',
      userId: 'u',
      name: 'n',
      connectedAt,
      announced: false,
    });
    await server.send(await server.connect(), hello);
    expect(server.pushedTo('over=')).toEqual([]);
  });

  it('reaches 250 members, each once', async () => {
    const server = new TestServer(table);
    const ids = await Promise.all(Array.from({ length: 250 }, () => server.connect()));
    await server.send(ids[0] ?? '', hello);
    expect(ids.map((id) => server.pushedTo(id).length)).toEqual([0, ...Array(249).fill(1)]);
  });
});
