import { openTable, type TestTable } from '../../helpers/database.ts';
import { rowsOf } from '../../helpers/rows.ts';
import { World } from '../../helpers/test-server.ts';

let table: TestTable;

beforeEach(async () => {
  table = await openTable();
});
afterEach(() => table.close());

const hello = { action: 'sendmessage', message: 'hello' };

describe('sendmessage', () => {
  it('is acked to its sender and delivered to everyone else in the room', async () => {
    const world = new World(table);
    const [aki, ben, cleo] = [
      await world.connect({ name: 'Aki' }),
      await world.connect(),
      await world.connect(),
    ];
    const ack = await world.send(aki, { ...hello, id: 'a1' });

    expect(ack).toEqual({
      type: 'ack',
      action: 'sendmessage',
      id: 'a1',
      room: 'lobby',
      seq: 1,
      sentAt: ack['sentAt'],
    });
    const [event] = world.pushedTo(ben);
    expect(event).toEqual({
      type: 'message',
      room: 'lobby',
      seq: 1,
      id: 'a1',
      from: { userId: (await world.store.connections.find(aki))?.userId, name: 'Aki' },
      message: 'hello',
      sentAt: ack['sentAt'],
    });
    expect(world.pushedTo(cleo)).toEqual([event]);
    expect(world.pushedTo(aki)).toEqual([]);
  });

  it('reaches the sender on another connection of theirs', async () => {
    const world = new World(table);
    const key = 'the-same-person-on-two';
    const [phone, laptop] = [await world.connect({ key }), await world.connect({ key })];
    await world.send(phone, hello);
    expect(world.pushedTo(laptop)).toHaveLength(1);
    expect(world.pushedTo(phone)).toEqual([]);
  });

  it('gives each message of a room the next number', async () => {
    const world = new World(table);
    const aki = await world.connect();
    const seqs = [
      await world.send(aki, hello),
      await world.send(aki, hello),
      await world.send(aki, hello),
    ];
    expect(seqs.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('names a message itself where the client gave no id', async () => {
    const world = new World(table);
    const [aki, ben] = [await world.connect(), await world.connect()];
    const ack = await world.send(aki, hello);
    expect(ack).not.toHaveProperty('id');
    expect(world.pushedTo(ben)[0]?.['id']).toMatch(/^[\w-]{16}$/);
  });

  it('is refused outside one’s rooms, and nothing is stored', async () => {
    const world = new World(table);
    const aki = await world.connect();
    const error = await world.send(aki, { ...hello, room: 'tea' });
    expect(error).toMatchObject({
      type: 'error',
      action: 'sendmessage',
      code: 'not_member',
      retryable: false,
    });
    expect(await rowsOf(table, '#tea')).toEqual([]);
  });

  it('is unauthenticated on a connection that the table does not know', async () => {
    const error = await new World(table).send('unknown=', hello);
    expect(error).toMatchObject({ code: 'unauthenticated', retryable: false });
  });

  it('delivers to the living, acks the sender and forgets the dead', async () => {
    let dead = '';
    const world = new World(table, { outcome: (id) => (id === dead ? 'gone' : 'delivered') });
    const old = {
      userId: 'u',
      name: 'n',
      connectedAt: Date.now() - 60_000,
      rooms: new Set(['lobby', 'tea']),
    };
    dead = 'dead=';
    await world.store.connections.add({ connectionId: dead, ...old });
    const [aki, ben] = [await world.connect(), await world.connect()];

    expect(await world.send(aki, hello)).toMatchObject({ type: 'ack', seq: 1 });
    expect(world.pushedTo(ben)).toHaveLength(1);
    expect(await rowsOf(table, dead)).toEqual([]);
  });

  it('forgets a subscription that outlived its connection', async () => {
    const world = new World(table, { outcome: () => 'gone' });
    const subscriber = { room: 'lobby', connectionId: 'stale=', userId: 'u', name: 'n' };
    await world.store.members.add({
      ...subscriber,
      connectedAt: Date.now() - 60_000,
      announced: false,
    });
    await world.send(await world.connect(), hello);
    expect(await rowsOf(table, 'stale=')).toEqual([]);
  });

  it('keeps a connection that is so new that its $connect may not have returned', async () => {
    const world = new World(table, { outcome: () => 'gone' });
    const [aki, ben] = [await world.connect(), await world.connect()];
    await world.send(aki, hello);
    expect(await rowsOf(table, ben)).toHaveLength(3);
  });

  it('reaches the others and acks when one recipient fails', async () => {
    const refused = new Set<string>();
    const world = new World(table, { outcome: (id) => (refused.has(id) ? 'failed' : 'delivered') });
    const [aki, ben, cleo] = [await world.connect(), await world.connect(), await world.connect()];
    refused.add(ben);
    expect(await world.send(aki, hello)).toMatchObject({ type: 'ack' });
    expect(world.pushedTo(cleo)).toHaveLength(1);
    expect(await rowsOf(table, ben)).toHaveLength(3);
  });

  it('does not deliver to connections whose time is over, though their rows are still there', async () => {
    const world = new World(table);
    const connectedAt = Date.now() - 3 * 3600_000;
    await world.store.members.add({
      room: 'lobby',
      connectionId: 'over=',
      userId: 'u',
      name: 'n',
      connectedAt,
      announced: false,
    });
    await world.send(await world.connect(), hello);
    expect(world.pushedTo('over=')).toEqual([]);
  });

  it('reaches 250 members, each once', async () => {
    const world = new World(table);
    const ids = await Promise.all(Array.from({ length: 250 }, () => world.connect()));
    await world.send(ids[0] ?? '', hello);
    expect(ids.map((id) => world.pushedTo(id).length)).toEqual([0, ...Array(249).fill(1)]);
  });
});
