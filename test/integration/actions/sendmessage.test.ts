import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

const hello = { action: 'sendmessage', message: 'hello' };

/** A user and the time of its connection, for rows that the tests write to the store themselves. */
const old = { userId: 'u', name: 'n', connectedAt: Date.now() - 60_000 };

describeAction('sendmessage', withoutMembers, (fixture) => {
  it('acks the sender and delivers to all other members', async () => {
    const { server } = fixture();
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

  it('delivers to other connections of the sender', async () => {
    const { server } = fixture();
    const key = 'the-same-user-on-two';
    const [phone, laptop] = [await server.connect({ key }), await server.connect({ key })];
    await server.send(phone, hello);
    expect(server.pushedTo(laptop)).toHaveLength(1);
    expect(server.pushedTo(phone)).toEqual([]);
  });

  it('gives each message of a room the next seq', async () => {
    const { server } = fixture();
    const aki = await server.connect();
    const acks = [
      await server.send(aki, hello),
      await server.send(aki, hello),
      await server.send(aki, hello),
    ];
    expect(acks.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('creates an id if the client sends none', async () => {
    const { server } = fixture();
    const [aki, ben] = [await server.connect(), await server.connect()];
    const ack = await server.send(aki, hello);
    expect(ack).not.toHaveProperty('id');
    expect(server.pushedTo(ben)[0]?.['id']).toMatch(/^[\w-]{16}$/);
  });

  it('rejects a room that does not exist, and stores nothing', async () => {
    const { table, server } = fixture();
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

  it('acks, delivers to live connections and removes a dead one', async () => {
    const { table } = fixture();
    const dead = 'dead=';
    const server = new StrictTestServer(table, {
      outcome: (id) => (id === dead ? 'gone' : 'delivered'),
    });
    const rooms = new Set(['lobby', 'tea']);
    await server.store.connections.add({ connectionId: dead, ...old, rooms });
    const [aki, ben] = [await server.connect(), await server.connect()];

    expect(await server.send(aki, hello)).toMatchObject({ type: 'ack', seq: 1 });
    expect(server.pushedTo(ben)).toHaveLength(1);
    expect(await findRows(table, dead)).toEqual([]);
  });

  it('removes a subscription that outlived its connection', async () => {
    const { table } = fixture();
    const server = new StrictTestServer(table, { outcome: () => 'gone' });
    const stale = { ...old, room: 'lobby', connectionId: 'stale=', announced: false };
    await server.store.members.add(stale);
    await server.send(await server.connect(), hello);
    expect(await findRows(table, 'stale=')).toEqual([]);
  });

  it('[SEC-051] acks and delivers to the others if the delivery to one recipient fails', async () => {
    const { table } = fixture();
    const failing = new Set<string>();
    const server = new StrictTestServer(table, {
      outcome: (id) => (failing.has(id) ? 'failed' : 'delivered'),
    });
    const [aki, ben, cleo] = [
      await server.connect(),
      await server.connect(),
      await server.connect(),
    ];
    failing.add(ben);
    expect(await server.send(aki, hello)).toMatchObject({ type: 'ack' });
    expect(server.pushedTo(cleo)).toHaveLength(1);
    expect(await findRows(table, ben)).toHaveLength(3);
  });

  it('does not deliver to expired connections, even if their rows remain', async () => {
    const { server } = fixture();
    const connectedAt = Date.now() - 3 * 3600_000;
    const expired = { ...old, room: 'lobby', connectionId: 'expired=', connectedAt };
    await server.store.members.add({ ...expired, announced: false });
    await server.send(await server.connect(), hello);
    expect(server.pushedTo('expired=')).toEqual([]);
  });

  it('delivers once to each of 250 members', async () => {
    const { server } = fixture();
    const ids = await Promise.all(Array.from({ length: 250 }, () => server.connect()));
    await server.send(ids[0] ?? '', hello);
    expect(ids.map((id) => server.pushedTo(id).length)).toEqual([0, ...Array(249).fill(1)]);
  });
});
