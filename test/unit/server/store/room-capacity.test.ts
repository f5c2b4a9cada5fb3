import { createRoomCapacity } from '../../../../src/server/store/room-capacity.ts';
import type { Row, Table } from '../../../../src/server/store/table.ts';

const minute = 60_000;

/** A room with a limit, and who decides by lot who counts it. */
class FakeRoom {
  now = Date.UTC(2026, 10, 22);
  members = 0;
  counted = 0;
  note: Row | undefined;
  readonly #places;

  constructor(limit: number) {
    const table: Pick<Table, 'get' | 'put' | 'remove'> = {
      get: async () => this.note,
      put: async (row) => {
        this.note = row;
        return true;
      },
      remove: async () => {
        this.note = undefined;
        return undefined;
      },
    };
    const count = async (_room: string, upTo: number) => {
      this.counted += 1;
      return Math.min(this.members, upTo);
    };
    this.#places = createRoomCapacity(table as Table, { count }, () => this.now, limit);
  }

  /** Lets one in, if there is a place. */
  async join(): Promise<boolean> {
    const hasPlace = await this.#places.hasCapacity('tea');
    if (hasPlace) this.members += 1;
    return hasPlace;
  }
}

let random: jest.SpyInstance<number, []>;

beforeEach(() => {
  random = jest.spyOn(Math, 'random').mockReturnValue(0.999);
});
afterEach(() => random.mockRestore());

describe('a room', () => {
  it('of up to 50 is counted by everyone who joins, and takes not one more', async () => {
    const room = new FakeRoom(50);
    for (let time = 0; time < 50; time += 1) expect(await room.join()).toBe(true);
    expect(await room.join()).toBe(false);
    expect(room.counted).toBe(51);
  });

  it('of more is counted by those alone on whom the lot falls', async () => {
    const room = new FakeRoom(10_000);
    room.members = 10_000;
    random.mockReturnValue(0.005);
    expect(await room.join()).toBe(true);
    expect(room.counted).toBe(0);
    random.mockReturnValue(0.0049);
    expect(await room.join()).toBe(false);
    expect(room.counted).toBe(1);
  });

  it('that was full is not counted again for a minute, and lets nobody in', async () => {
    const room = new FakeRoom(50);
    room.members = 50;
    await room.join();
    room.members = 0;
    room.now += minute - 1;
    expect(await room.join()).toBe(false);
    expect(room.counted).toBe(1);
  });

  it('that was full is counted by the first one after that, whatever the lot', async () => {
    const room = new FakeRoom(10_000);
    room.members = 10_000;
    random.mockReturnValueOnce(0);
    await room.join();
    room.now += minute;
    expect(await room.join()).toBe(false);
    room.now += minute;
    room.members -= 1;
    expect(await room.join()).toBe(true);
    expect(room.counted).toBe(3);
    expect(room.note).toBeUndefined();
  });

  it.each([100, 1_000, 10_000])('of %p grows 2 % beyond, on average', async (limit) => {
    // A generator of random numbers with a seed: https://en.wikipedia.org/wiki/Lehmer_random_number_generator
    let seed = limit;
    random.mockImplementation(() => {
      seed = (seed * 48_271) % 0x7fffffff;
      return seed / 0x7fffffff;
    });
    const runs = 300;
    let beyond = 0;
    for (let run = 0; run < runs; run += 1) {
      const room = new FakeRoom(limit);
      room.members = limit;
      while (await room.join());
      beyond += room.members - limit;
    }
    expect(beyond / runs / limit).toBeGreaterThan(0.005);
    expect(beyond / runs / limit).toBeLessThan(0.03);
  });
});
