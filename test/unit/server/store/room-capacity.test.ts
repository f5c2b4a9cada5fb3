import { createRoomCapacity } from '../../../../src/server/store/room-capacity.ts';
import type { Row, Table } from '../../../../src/server/store/table.ts';

const minuteMs = 60_000;

/** A room with a limit on its connections. */
class FakeRoom {
  now = Date.UTC(2026, 10, 22);
  members = 0;
  countReads = 0;
  fullMarker: Row | undefined;
  readonly #capacity;

  constructor(limit: number) {
    const table: Pick<Table, 'get' | 'put' | 'remove'> = {
      get: async () => this.fullMarker,
      put: async (row) => {
        this.fullMarker = row;
        return true;
      },
      remove: async () => {
        this.fullMarker = undefined;
        return undefined;
      },
    };
    const count = async (_room: string, countLimit: number) => {
      this.countReads += 1;
      return Math.min(this.members, countLimit);
    };
    this.#capacity = createRoomCapacity(table as Table, { count }, () => this.now, limit);
  }

  /** Adds a connection, if the room has capacity. */
  async join(): Promise<boolean> {
    const hasCapacity = await this.#capacity.hasCapacity('tea');
    if (hasCapacity) this.members += 1;
    return hasCapacity;
  }
}

let random: jest.SpyInstance<number, []>;

beforeEach(() => {
  random = jest.spyOn(Math, 'random').mockReturnValue(0.999);
});
afterEach(() => random.mockRestore());

describe('createRoomCapacity', () => {
  it('counts a room with a limit of 50 on every join, and never exceeds the limit', async () => {
    const room = new FakeRoom(50);
    for (let joins = 0; joins < 50; joins += 1) expect(await room.join()).toBe(true);
    expect(await room.join()).toBe(false);
    expect(room.countReads).toBe(51);
  });

  it('counts a room with a higher limit only on sampled joins', async () => {
    const room = new FakeRoom(10_000);
    room.members = 10_000;
    random.mockReturnValue(0.005);
    expect(await room.join()).toBe(true);
    expect(room.countReads).toBe(0);
    random.mockReturnValue(0.0049);
    expect(await room.join()).toBe(false);
    expect(room.countReads).toBe(1);
  });

  it('rejects joins without a count for a minute after the room was full', async () => {
    const room = new FakeRoom(50);
    room.members = 50;
    await room.join();
    room.members = 0;
    room.now += minuteMs - 1;
    expect(await room.join()).toBe(false);
    expect(room.countReads).toBe(1);
  });

  it('counts the room again on the first join after that minute', async () => {
    const room = new FakeRoom(10_000);
    room.members = 10_000;
    random.mockReturnValueOnce(0);
    await room.join();
    room.now += minuteMs;
    expect(await room.join()).toBe(false);
    room.now += minuteMs;
    room.members -= 1;
    expect(await room.join()).toBe(true);
    expect(room.countReads).toBe(3);
    expect(room.fullMarker).toBeUndefined();
  });

  it.each([100, 1_000, 10_000])('exceeds a limit of %p by 2 % on average', async (limit) => {
    // A seeded random number generator: https://en.wikipedia.org/wiki/Lehmer_random_number_generator
    let seed = limit;
    random.mockImplementation(() => {
      seed = (seed * 48_271) % 0x7fffffff;
      return seed / 0x7fffffff;
    });
    const runs = 300;
    let excess = 0;
    for (let run = 0; run < runs; run += 1) {
      const room = new FakeRoom(limit);
      room.members = limit;
      while (await room.join());
      excess += room.members - limit;
    }
    expect(excess / runs / limit).toBeGreaterThan(0.005);
    expect(excess / runs / limit).toBeLessThan(0.03);
  });
});
