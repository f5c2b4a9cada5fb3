import { randomUUID } from 'node:crypto';
import type { Connection } from '../../../src/server/store/connections.ts';
import { CapacityMeter } from '../../helpers/capacity-meter.ts';
import type { TestTable } from '../../helpers/database.ts';
import type { Frame } from '../../helpers/frame.ts';
import { TestServer, type TestServerOptions } from '../../helpers/test-server.ts';

/** Rooms full of connections, each of a user of its own, of which the last ones have died. */
export interface Crowd {
  readonly server: TestServer;
  readonly rooms: readonly string[];
  /** The living connections. The first one sends. */
  readonly living: readonly string[];
  /** The ids of the users whose connection has died. */
  readonly deadUsers: readonly string[];
  /** Sends a message to the first room. Returns the number of posts, and of read and write units. */
  send(): Promise<{ posts: number; units: number }>;
  /** Returns the ids of the users that `members` lists, over all pages. */
  listMembers(room: string): Promise<string[]>;
  /** Returns the users of the `left` events that a connection received from a room. */
  findLeft(connectionId: string, room: string): string[];
}

/** Creates the rooms without any announcement, a minute before now. */
export async function createCrowd(
  table: TestTable,
  size: number,
  deadCount: number,
  options: TestServerOptions & { readonly roomCount?: number } = {},
): Promise<Crowd> {
  const { roomCount = 1, ...serverOptions } = options;
  const meter = new CapacityMeter();
  const dead = new Set<string>();
  let posts = 0;
  const server = new TestServer(meter.table(table), {
    ...serverOptions,
    outcome: (id) => {
      posts += 1;
      return dead.has(id) ? 'gone' : 'delivered';
    },
  });
  const rooms = Array.from({ length: roomCount }, () => `room-${randomUUID()}`);
  const members = Array.from({ length: size }, (_, index) => createConnection(index));
  for (const member of members) {
    await server.store.connections.add(member);
    await Promise.all(rooms.map((room) => server.store.connections.join(member, room)));
  }
  const living = members.slice(0, size - deadCount).map(({ connectionId }) => connectionId);
  const died = members.slice(size - deadCount);
  for (const { connectionId } of died) dead.add(connectionId);
  const request = async (frame: Frame) => {
    const reply = await server.send(living[0] ?? '', frame);
    expect(reply).toMatchObject({ type: 'ack' });
    return reply;
  };
  return {
    server,
    rooms,
    living,
    deadUsers: died.map(({ userId }) => userId),
    async send() {
      posts = 0;
      const { read, write } = await meter.measure(async () => {
        await request({ action: 'sendmessage', room: rooms[0], message: 'hello' });
        await server.waitForChunks();
      });
      return { posts, units: read + write };
    },
    async listMembers(room) {
      const listed: string[] = [];
      let cursor: string | undefined;
      do {
        const page: Frame = await request({ action: 'members', room, ...(cursor && { cursor }) });
        listed.push(...page['members'].map(({ userId }: { userId: string }) => userId));
        cursor = page['cursor'];
      } while (cursor !== undefined);
      return listed;
    },
    findLeft: (connectionId, room) =>
      server
        .pushedTo(connectionId)
        .filter((frame) => frame['type'] === 'left' && frame['room'] === room)
        .map((frame) => frame['from'].userId),
  };
}

/** Creates a connection of a user of its own, which connected a minute ago. */
function createConnection(index: number): Connection {
  const suffix = `${String(index).padStart(3, '0')}-${randomUUID()}`;
  return {
    connectionId: `c-${suffix}`,
    userId: `u-${suffix}`,
    name: `member ${index}`,
    connectedAt: Date.now() - 60_000,
    rooms: new Set(['lobby']),
  };
}
