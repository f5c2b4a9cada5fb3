import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';

let table: TestTable;
let server: StrictTestServer;

beforeEach(async () => {
  table = await openTestTable();
  server = new StrictTestServer(table);
});
afterEach(() => table.close());

const members = { action: 'members', room: 'tea' };

/** Puts people straight into the store, in one room, each on so many connections. */
async function populate(userIds: readonly string[], connections = 1): Promise<string[]> {
  const ids = userIds.flatMap((userId, index) =>
    Array.from({ length: connections }, (_, n) => ({ userId, connectionId: `${index}-${n}=` })),
  );
  const common = { name: 'n', connectedAt: Date.now(), rooms: new Set(['tea']) };
  for (let from = 0; from < ids.length; from += 50) {
    const some = ids.slice(from, from + 50);
    await Promise.all(some.map((id) => server.store.connections.add({ ...id, ...common })));
  }
  return ids.map(({ connectionId }) => connectionId);
}

const createUserIds = (count: number) =>
  Array.from({ length: count }, (_, index) => `user-${index}`);

/** Who asks: somebody who is in the room without being listed in what is compared. */
const connectAsker = () =>
  server.store.connections.add({ ...askerConnection, rooms: new Set(['tea']) });
const askerConnection = {
  connectionId: 'asker=',
  userId: 'user-0',
  name: 'n',
  connectedAt: Date.now(),
};

/** All pages that the cursor leads through. */
async function pages(): Promise<Frame[]> {
  await connectAsker();
  const found: Frame[] = [];
  for (let cursor: unknown; found.length === 0 || (cursor && found.length < 10); ) {
    const page = await server.request(askerConnection.connectionId, {
      ...members,
      ...(cursor ? { cursor } : {}),
    });
    found.push(page);
    cursor = page['cursor'];
  }
  return found;
}

const userIds = (found: readonly Frame[]) =>
  found.flatMap((page) => page['members'].map((member: Frame) => member['userId']));

describe('members', () => {
  it('lists who is in the room, by id and name', async () => {
    const [aki, ben] = [
      await server.connectTo('tea', { name: 'Aki' }),
      await server.connectTo('tea', { name: 'Ben' }),
    ];
    await server.connectTo('cake');
    const ack = await server.send(aki, { ...members, id: 'a1' });
    expect(ack).toEqual({
      type: 'ack',
      action: 'members',
      id: 'a1',
      room: 'tea',
      members: expect.any(Array),
    });
    expect(ack['members']).toHaveLength(2);
    expect(ack['members']).toEqual(
      expect.arrayContaining([await server.getUser(aki), await server.getUser(ben)]),
    );
  });

  it('lists the lobby, its silent members too, where no room is named', async () => {
    const [aki, ben] = [await server.connect(), await server.connect()];
    const ack = await server.request(aki, { action: 'members' });
    const expected = [(await server.getUser(aki)).userId, (await server.getUser(ben)).userId];
    expect([ack['room'], userIds([ack]).sort()]).toEqual(['lobby', expected.sort()]);
  });

  it('lists a person with several connections once', async () => {
    const key = 'one-person-on-two-connections';
    const ids = [await server.connectTo('tea', { key }), await server.connectTo('tea', { key })];
    const ack = await server.request(ids[0] ?? '', members);
    expect(ack['members']).toHaveLength(1);
    await server.disconnect(ids[0] ?? '');
    expect((await server.request(ids[1] ?? '', members))['members']).toHaveLength(1);
  });

  it('lists nobody who has left or disconnected', async () => {
    const [aki, ben, cleo] = [
      await server.connectTo('tea'),
      await server.connectTo('tea'),
      await server.connectTo('tea'),
    ];
    await server.request(ben, { action: 'leaveroom', room: 'tea' });
    await server.disconnect(cleo);
    const ack = await server.request(aki, members);
    expect(ack['members']).toEqual([await server.getUser(aki)]);
  });

  it('pages through 250 people', async () => {
    await populate(createUserIds(250));
    const found = await pages();
    expect(found.map((page) => page['members'].length)).toEqual([100, 100, 50]);
    expect(found.map((page) => 'cursor' in page)).toEqual([true, true, false]);
    expect(userIds(found).sort()).toEqual(createUserIds(250).sort());
  });

  it.each([
    [1, 100, [100]],
    [2, 100, [100]],
    [2, 101, [100, 1]],
  ])('gives with %i connections each %i people on pages of %j', async (each, count, sizes) => {
    await populate(createUserIds(count), each);
    expect((await pages()).map((page) => page['members'].length)).toEqual(sizes);
  });

  it('does not list those whose connection time is over, though their rows are still there', async () => {
    let now = Date.now();
    server = new StrictTestServer(table, { now: () => now });
    await populate(createUserIds(120));
    now += 3 * 3600_000;
    const aki = await server.connectTo('tea');
    const { cursor, members: found } = await server.request(aki, members);
    expect([found, cursor]).toEqual([[await server.getUser(aki)], undefined]);
  });

  it('survives a cursor that it never gave', async () => {
    await populate(createUserIds(3));
    await connectAsker();
    for (const cursor of ['A', '____', 'gICA', 'x'.repeat(1024)]) {
      const reply = await server.send(askerConnection.connectionId, { ...members, cursor });
      expect(reply).toMatchObject({ type: 'ack', members: expect.any(Array) });
    }
  });
});

describe('user ids that a token may bring', () => {
  const odd = ['#', '$', '~', '%', '/', '!', 'é', '日本', '👩‍👩‍👧'];
  const withIn = (part: string, count: number) =>
    createUserIds(count).flatMap((n) => [`${part}${n}`, `u${part}${n}`, `${n}${part}`]);

  it.each(odd)('page completely, each once, with %s in them', async (part) => {
    const people = [askerConnection.userId, ...withIn(part, 34)];
    await populate(people, 2);
    const found = await pages();
    expect(userIds(found).toSorted()).toEqual(people.toSorted());
    expect(found.map((page) => page['members'].length)).toEqual([100, 3]);
  });

  it('keep nobody from what is said in the room', async () => {
    const people = odd.flatMap((part) => withIn(part, 1));
    const ids = await populate(people);
    await connectAsker();
    await server.request(askerConnection.connectionId, {
      action: 'sendmessage',
      message: 'hello',
      room: 'tea',
    });
    expect(people.filter((_, index) => server.pushedTo(ids[index] ?? '').length !== 1)).toEqual([]);
  });
});
