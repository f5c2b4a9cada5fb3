import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { type Crowd, createCrowd } from './crowd.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

/** Sends messages until one finds no dead connection, and returns their number. */
async function sendUntilClean({ send, living }: Crowd): Promise<number> {
  for (let count = 1; count <= 30; count += 1) {
    const { posts } = await send();
    if (posts === living.length - 1) return count;
  }
  throw new Error('Thirty messages left dead connections in the room.');
}

/** Expects that no room lists the dead, and that each living connection got one `left` of each of them. */
async function expectRightPresence({ rooms, living, deadUsers, listMembers, findLeft }: Crowd) {
  for (const room of rooms) {
    const members = await listMembers(room);
    expect(members).toHaveLength(living.length);
    expect(members.filter((userId) => deadUsers.includes(userId))).toEqual([]);
    for (const id of living) {
      expect(findLeft(id, room).toSorted()).toEqual(deadUsers.toSorted());
    }
  }
}

describe('a message to a room of a hundred members', () => {
  it.each([1, 10, 20, 40, 90])(
    '[SEC-092] makes at most 400 posts and consumes at most 500 units if %i of them are dead',
    async (deadCount) => {
      const { send } = await createCrowd(table, 100, deadCount);
      const { posts, units } = await send();
      expect(posts).toBeLessThanOrEqual(400);
      expect(units).toBeLessThanOrEqual(500);
    },
  );

  it.each([10, 90, 99])(
    'is followed by others until all of %i dead members have left for everyone',
    async (deadCount) => {
      const crowd = await createCrowd(table, 100, deadCount);
      expect(await sendUntilClean(crowd)).toBeLessThanOrEqual(12);
      await expectRightPresence(crowd);
    },
  );
});

describe('a message to a room whose dead members are in two other rooms', () => {
  it('makes at most 300 posts, and makes presence right in all rooms in the end', async () => {
    const crowd = await createCrowd(table, 60, 50, { roomCount: 3 });
    const { posts, units } = await crowd.send();
    expect(posts).toBeLessThanOrEqual(300);
    expect(units).toBeLessThanOrEqual(500);
    await sendUntilClean(crowd);
    await expectRightPresence(crowd);
  });
});

describe('messages at the same time', () => {
  it('together evict the dead once, and every member knows in the end', async () => {
    const crowd = await createCrowd(table, 30, 20);
    const { server, rooms, living } = crowd;
    const message = { action: 'sendmessage', room: rooms[0], message: 'hello' };
    await Promise.all(living.slice(0, 3).map((id) => server.send(id, message)));
    await sendUntilClean(crowd);
    await expectRightPresence(crowd);
    expect(server.failures).toEqual([]);
  });
});

describe('chunks of a room with dead members', () => {
  it('evict within the same bounds, enqueue nothing, and make presence right in the end', async () => {
    const crowd = await createCrowd(table, 60, 40, { fanoutThreshold: 20 });
    const { posts, units } = await crowd.send();
    expect(crowd.server.chunks).toHaveLength(3);
    expect(posts).toBeLessThanOrEqual(59 + 3 * 59 + 3 * 4 * 40);
    expect(units).toBeLessThanOrEqual(500);
    await sendUntilClean(crowd);
    await expectRightPresence(crowd);
  });
});
