import { describeAction, withoutMembers } from '../../helpers/describe-action.ts';
import { StrictTestServer } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';

const members = { action: 'members', room: 'tea' };

/** The connection that asks for the members. Its user is one of those that `populate` adds. */
const asker = { connectionId: 'asker=', userId: 'user-0', name: 'n', connectedAt: Date.now() };

const connectAsker = ({ store }: StrictTestServer) =>
  store.connections.add({ ...asker, rooms: new Set(['tea']) });

const createUserIds = (count: number) =>
  Array.from({ length: count }, (_, index) => `user-${index}`);

const getUserIds = (pages: readonly Frame[]) =>
  pages.flatMap((page) => page['members'].map((member: Frame) => member['userId']));

/** Adds users to the store as members of `tea`, each on a number of connections. */
async function populate(server: StrictTestServer, userIds: readonly string[], connections = 1) {
  const ids = userIds.flatMap((userId, index) =>
    Array.from({ length: connections }, (_, n) => ({ userId, connectionId: `${index}-${n}=` })),
  );
  const common = { name: 'n', connectedAt: Date.now(), rooms: new Set(['tea']) };
  for (let from = 0; from < ids.length; from += 50) {
    const batch = ids.slice(from, from + 50);
    await Promise.all(batch.map((id) => server.store.connections.add({ ...id, ...common })));
  }
  return ids.map(({ connectionId }) => connectionId);
}

describeAction('members', withoutMembers, (fixture) => {
  /** Reads all pages as the asker, following the cursor. */
  async function readPages(): Promise<Frame[]> {
    const { server } = fixture();
    await connectAsker(server);
    const pages: Frame[] = [];
    for (let cursor: unknown; pages.length === 0 || (cursor && pages.length < 10); ) {
      const request = { ...members, ...(cursor ? { cursor } : {}) };
      const page = await server.request(asker.connectionId, request);
      pages.push(page);
      cursor = page['cursor'];
    }
    return pages;
  }

  it('lists the users in the room, by id and name', async () => {
    const { server } = fixture();
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

  it('defaults to the lobby, including its silent members', async () => {
    const { server } = fixture();
    const [aki, ben] = [await server.connect(), await server.connect()];
    const ack = await server.request(aki, { action: 'members' });
    const expected = [(await server.getUser(aki)).userId, (await server.getUser(ben)).userId];
    expect([ack['room'], getUserIds([ack]).sort()]).toEqual(['lobby', expected.sort()]);
  });

  it('lists a user with several connections once', async () => {
    const { server } = fixture();
    const key = 'one-user-on-two-connections';
    const ids = [await server.connectTo('tea', { key }), await server.connectTo('tea', { key })];
    const ack = await server.request(ids[0] ?? '', members);
    expect(ack['members']).toHaveLength(1);
    await server.disconnect(ids[0] ?? '');
    expect((await server.request(ids[1] ?? '', members))['members']).toHaveLength(1);
  });

  it('lists no user who has left or disconnected', async () => {
    const { server } = fixture();
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

  it('pages through 250 users', async () => {
    const { server } = fixture();
    await populate(server, createUserIds(250));
    const found = await readPages();
    expect(found.map((page) => page['members'].length)).toEqual([100, 100, 50]);
    expect(found.map((page) => 'cursor' in page)).toEqual([true, true, false]);
    expect(getUserIds(found).sort()).toEqual(createUserIds(250).sort());
  });

  it.each([
    [1, 100, [100]],
    [2, 100, [100]],
    [2, 101, [100, 1]],
  ])('returns with %i connections each %i users on pages of %j', async (each, count, sizes) => {
    const { server } = fixture();
    await populate(server, createUserIds(count), each);
    expect((await readPages()).map((page) => page['members'].length)).toEqual(sizes);
  });

  it('does not list users of expired connections, even if their rows remain', async () => {
    const { table } = fixture();
    let now = Date.now();
    const server = new StrictTestServer(table, { now: () => now });
    await populate(server, createUserIds(120));
    now += 3 * 3600_000;
    const aki = await server.connectTo('tea');
    const { cursor, members: found } = await server.request(aki, members);
    expect([found, cursor]).toEqual([[await server.getUser(aki)], undefined]);
  });

  it('acks a cursor that it never returned', async () => {
    const { server } = fixture();
    await populate(server, createUserIds(3));
    await connectAsker(server);
    for (const cursor of ['A', '____', 'gICA', 'x'.repeat(1024)]) {
      const reply = await server.send(asker.connectionId, { ...members, cursor });
      expect(reply).toMatchObject({ type: 'ack', members: expect.any(Array) });
    }
  });

  // A token may contain user ids with characters that separate parts of keys.
  const odd = ['#', '$', '~', '%', '/', '!', 'é', '日本', '👩‍👩‍👧'];
  const withIn = (part: string, count: number) =>
    createUserIds(count).flatMap((n) => [`${part}${n}`, `u${part}${n}`, `${n}${part}`]);

  it.each(odd)('[SEC-036] pages through user ids that contain %s, each once', async (part) => {
    const { server } = fixture();
    const ids = [asker.userId, ...withIn(part, 34)];
    await populate(server, ids, 2);
    const found = await readPages();
    expect(getUserIds(found).toSorted()).toEqual(ids.toSorted());
    expect(found.map((page) => page['members'].length)).toEqual([100, 3]);
  });

  it('delivers messages to user ids that contain separators of keys', async () => {
    const { server } = fixture();
    const userIds = odd.flatMap((part) => withIn(part, 1));
    const ids = await populate(server, userIds);
    await connectAsker(server);
    await server.request(asker.connectionId, {
      action: 'sendmessage',
      message: 'hello',
      room: 'tea',
    });
    const missed = userIds.filter((_, index) => server.pushedTo(ids[index] ?? '').length !== 1);
    expect(missed).toEqual([]);
  });
});
