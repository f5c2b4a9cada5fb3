import { type ActionFixture, akisKey, describeAction } from '../../helpers/describe-action.ts';
import { findRows } from '../../helpers/rows.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';

/** Starts the tests with a clock that they move, and with connections that they let die. */
async function withDeadConnections({ table }: ActionFixture) {
  const clock = { now: Date.UTC(2026, 10, 22) };
  const dead = new Set<string>();
  const server = new StrictTestServer(table, {
    outcome: (id) => (dead.has(id) ? 'gone' : 'delivered'),
    now: () => clock.now,
  });
  return { server, clock, dead };
}

/** A durable request: other deliveries evict no connection. */
const message = { action: 'sendmessage', message: 'hello', room: 'tea' };

describeAction('eviction of a gone connection', withDeadConnections, (fixture) => {
  /** Returns the types of the frames that a connection received since the last call. */
  const drainTypes = (id: string) =>
    fixture()
      .server.drainPushed(id)
      .map(({ type }) => type);

  it('announces once in each room that its user left, and removes its rows', async () => {
    const { table, server, clock, dead } = fixture();
    const aki = await server.connectTo(['tea', 'cake'], { name: 'Aki' });
    const [ben, cleo] = [await server.connectTo('tea'), await server.connectTo(['tea', 'cake'])];
    const from = await server.getUser(aki);
    server.clearPushed();
    dead.add(aki);
    clock.now += 31_000;
    await server.request(ben, message);
    await server.request(ben, message);
    const left = (id: string) => server.drainPushed(id).filter(({ type }) => type === 'left');
    const leftTea = { type: 'left', room: 'tea', from };
    expect(left(ben)).toEqual([leftTea]);
    const inOrder = left(cleo).toSorted((a, b) => (a['room'] < b['room'] ? -1 : 1));
    expect(inOrder).toEqual([{ ...leftTea, room: 'cake' }, leftTea]);
    expect(await findRows(table, aki)).toEqual([]);
  });

  it('announces nothing while its user has another connection', async () => {
    const { table, server, clock, dead } = fixture();
    const [phone, laptop] = [
      await server.connectTo('tea', { key: akisKey }),
      await server.connectTo('tea', { key: akisKey }),
    ];
    const ben = await server.connectTo('tea');
    dead.add(phone);
    clock.now += 31_000;
    await server.request(ben, message);
    expect(drainTypes(ben)).toEqual([]);
    expect(await findRows(table, phone)).toEqual([]);
    await server.disconnect(laptop);
    expect(drainTypes(ben)).toEqual(['left']);
  });

  it('keeps a connection for its first 30 seconds, since its $connect may not have returned', async () => {
    const { table, server, clock, dead } = fixture();
    const [aki, ben] = [await server.connectTo('tea'), await server.connectTo('tea')];
    dead.add(aki);
    clock.now += 29_000;
    await server.request(ben, message);
    expect(drainTypes(ben)).toEqual([]);
    expect(await findRows(table, aki)).toHaveLength(4);
  });

  it('announces a user again who comes back while the room receives `left`', async () => {
    const { server, clock, dead } = fixture();
    const aki = await server.connectTo('tea', { key: akisKey });
    const ben = await server.connectTo('tea');
    server.clearPushed();
    dead.add(aki);
    clock.now += 31_000;
    server.outcome = async (id, frame) => {
      if (dead.has(id)) return 'gone';
      if (frame['type'] === 'left' && dead.delete(aki)) {
        await server.connectTo('tea', { key: akisKey });
      }
      return 'delivered';
    };
    await server.request(ben, message);
    expect(drainTypes(ben)).toEqual(['joined', 'left', 'joined']);
  });
});
