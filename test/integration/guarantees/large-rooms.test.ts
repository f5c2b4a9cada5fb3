import type { Chunk } from '../../../src/server/delivery/chunk.ts';
import type { DeliveryOutcome } from '../../../src/server/delivery/post-to-connection.ts';
import { openTable, type TestTable } from '../../helpers/database.ts';
import { rowsOf } from '../../helpers/rows.ts';
import { type Frame, World, type WorldOptions } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTable();
});
afterAll(() => table.close());

let rooms = 0;

/** A room of a sender and so many others, in which one invocation delivers to ten; all are told of nobody. */
async function aRoom(count: number, options: WorldOptions = {}) {
  rooms += 1;
  const room = `room-${rooms}`;
  const joining = new World(table, { presenceLimit: 0 });
  const enter = async (query: Record<string, string> = {}) => {
    const id = await joining.connect(query);
    await joining.send(id, { action: 'joinroom', room });
    return id;
  };
  const sender = await enter();
  const others = await Promise.all(Array.from({ length: count }, () => enter()));
  const world = new World(table, { fanoutThreshold: 10, presenceLimit: 0, ...options });
  const say = { action: 'sendmessage', room, message: 'to all', id: 'a1' };
  return { world, room, sender, others, say, enter };
}

/** The numbers of what each of them was pushed. */
const pushed = (world: World, ids: readonly string[]) =>
  ids.map((id) => world.pushedTo(id).map(({ seq }) => seq));

const sizes = (chunks: readonly Chunk[]) => chunks.map(({ recipients }) => recipients.length);

const includes = (chunk: Chunk, id = '') => chunk.recipients.some(([, other]) => other === id);

/** The same for so many. */
const all = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('a message to a big room', () => {
  it('reaches everyone once, but not the sender and nobody outside', async () => {
    const { world, sender, others, say } = await aRoom(25);
    const outside = await world.connect();
    const { seq } = await world.send(sender, say);
    await world.settled();
    expect(sizes(world.chunks)).toEqual([10, 10, 5]);
    expect(pushed(world, others)).toEqual(all(25, [seq]));
    expect(pushed(world, [sender, outside])).toEqual([[], []]);
  });

  it('is pushed exactly as to a small one, and as it stands in the log', async () => {
    const { world, room, sender, others, say } = await aRoom(11);
    await world.send(sender, { ...say, message: 'お茶 "🍵"\u2028\\' });
    await world.settled();
    const { events } = await world.store.recovery.eventsAfter(room, 0);
    expect(world.pushedTo(others[0] ?? '')).toEqual(events);
  });

  it.each([
    [10, []],
    [11, [10, 1]],
  ])('of %i others is handed over in chunks of %j', async (count, expected) => {
    const { world, sender, others, say } = await aRoom(count);
    const { seq } = await world.send(sender, say);
    expect(sizes(world.chunks)).toEqual(expected);
    await world.settled();
    expect(pushed(world, others)).toEqual(all(count, [seq]));
  });

  it('is acked before any of it is delivered', async () => {
    const { promise, resolve } = Promise.withResolvers<DeliveryOutcome>();
    const { world, sender, others, say } = await aRoom(11, { outcome: () => promise });
    const { type, seq } = await world.send(sender, say);
    expect(type).toBe('ack');
    expect(pushed(world, others)).toEqual(all(11, []));
    resolve('delivered');
    await world.settled();
    expect(pushed(world, others)).toEqual(all(11, [seq]));
  });

  it('is acked, and delivered by the invocation itself, where Lambda takes no chunk', async () => {
    const { world, sender, others, say } = await aRoom(25, { queue: () => 'refused' });
    const { type, seq } = await world.send(sender, say);
    expect(type).toBe('ack');
    expect(pushed(world, others)).toEqual(all(25, [seq]));
  });

  it('bears the same number where Lambda runs a chunk twice', async () => {
    const { world, sender, others, say } = await aRoom(11, { queue: () => 'twice' });
    const { seq } = await world.send(sender, say);
    await world.settled();
    expect(pushed(world, others)).toEqual(all(11, [seq, seq]));
  });

  it('is recovered from the log where a chunk is lost', async () => {
    const { world, room, sender, others, say } = await aRoom(11, { queue: () => 'lost' });
    const { seq } = await world.send(sender, say);
    await world.settled();
    expect(pushed(world, others)).toEqual(all(11, []));
    const { events } = await world.send(others[0] ?? '', { action: 'joinroom', room, after: 0 });
    expect(events).toMatchObject([{ seq, message: 'to all' }]);
  });
});

describe('a chunk that fails', () => {
  /** Fails the first so many posts to one connection in a way that no post may. */
  const crashing = (times: number) => {
    const crash = { at: '', left: times };
    const outcome = (id: string): DeliveryOutcome => {
      if (id !== crash.at || crash.left === 0) return 'delivered';
      crash.left -= 1;
      throw new Error('crashed');
    };
    return { crash, outcome };
  };

  it('is run again without the others, and with the same number', async () => {
    const { crash, outcome } = crashing(2);
    const { world, sender, others, say } = await aRoom(25, { outcome });
    crash.at = others[12] ?? '';
    const { seq } = await world.send(sender, say);
    await world.settled();
    const failed = world.chunks.filter((chunk) => includes(chunk, crash.at));
    expect(failed).toHaveLength(1);
    for (const id of others) {
      const isInIt = failed.some((chunk) => includes(chunk, id));
      const times = !isInIt ? 1 : id === crash.at ? 1 : 3;
      expect(world.pushedTo(id).map((frame) => frame['seq'])).toEqual(all(times, seq));
    }
    expect(world.undelivered).toEqual([]);
  });

  it('is put aside after three tries; the message was acked and the others have it', async () => {
    const { crash, outcome } = crashing(100);
    const { world, sender, others, say } = await aRoom(25, { outcome });
    crash.at = others[12] ?? '';
    expect(await world.send(sender, say)).toMatchObject({ type: 'ack' });
    await world.settled();
    expect(world.undelivered).toHaveLength(1);
    const reached = others.filter((id) => world.pushedTo(id).length > 0);
    expect(reached).toHaveLength(24);
  });

  it('is told to the operator, without the message', async () => {
    const { crash, outcome } = crashing(1);
    const { world, sender, others, say } = await aRoom(11, { outcome });
    crash.at = others[0] ?? '';
    await world.send(sender, say);
    await world.settled();
    const failed = world.lines.filter(({ level }) => level === 'error');
    expect(failed).toMatchObject([{ route: 'chunk', outcome: 'internal', recipients: 10 }]);
    expect(JSON.stringify(world.lines)).not.toContain(say.message);
  });
});

describe('an invocation that runs a chunk', () => {
  /** A world in which nobody answers, and the first chunk of a message to 11. */
  async function aChunk() {
    const outcome = () => new Promise<never>(() => {});
    const made = await aRoom(11, { queue: () => 'lost', outcome });
    await made.world.send(made.sender, made.say);
    const [chunk] = made.world.chunks.splice(0);
    if (!chunk) throw new Error('there is no chunk');
    return { ...made, chunk };
  }

  it('hands nothing over: whom it has no time for is given up, reported and recovers', async () => {
    const { world, chunk } = await aChunk();
    await world.deliver(chunk, 1_000);
    expect(world.chunks).toEqual([]);
    const givenUp = chunk.recipients.map(([, id]) => [id, 'no time left']);
    expect(world.failures.toSorted()).toEqual(givenUp.toSorted());
  });

  it('forgets the dead that it finds, and tells the others itself who left', async () => {
    const dead = new Set<string>();
    const now = () => Date.now() + 31_000;
    const { world, sender, others, say, room } = await aRoom(12, {
      outcome: (id) => (dead.has(id) ? 'gone' : 'delivered'),
      presenceLimit: 100,
      now,
    });
    const [first = '', ...living] = others;
    dead.add(first);
    await world.send(sender, say);
    await world.settled();
    expect(await rowsOf(table, first)).toEqual([]);
    expect(sizes(world.chunks)).toEqual([10, 2]);
    const left = (id: string) => world.pushedTo(id).filter(({ type }) => type === 'left');
    expect([sender, ...living].map((id) => left(id).length)).toEqual(all(12, 1));
    expect(left(sender)).toMatchObject([{ room }]);
  });

  it('keeps a connection that is so young that its $connect may not have returned', async () => {
    const { world, sender, others, say } = await aRoom(11, { outcome: () => 'gone' });
    await world.send(sender, say);
    await world.settled();
    expect(await rowsOf(table, others[0] ?? '')).not.toEqual([]);
  });
});

describe('a recipient that does not take its delivery', () => {
  /** A room of four in which one is slow for a time, and an invocation that has little. */
  async function slowly(options: WorldOptions = {}) {
    const slow = { id: '', taking: Promise.withResolvers<DeliveryOutcome>() };
    const outcome = (id: string) => (id === slow.id ? slow.taking.promise : 'delivered');
    const made = await aRoom(3, { outcome, ...options });
    slow.id = made.others[1] ?? '';
    return { ...made, slow };
  }

  it('keeps the ack waiting for a time only, and gets the message from another invocation', async () => {
    const { world, sender, others, say, slow } = await slowly();
    const ack = await world.send(sender, say, 1_500);
    expect(ack).toMatchObject({ type: 'ack' });
    expect(world.chunks.map(({ recipients }) => recipients.map(([, id]) => id))).toEqual([
      [slow.id],
    ]);
    expect(world.pushedTo(slow.id)).toEqual([]);
    slow.taking.resolve('delivered');
    await world.settled();
    expect(pushed(world, others)).toEqual(all(3, [ack['seq']]));
    expect(world.failures).toEqual([]);
  });

  it('does not keep the others waiting, nor fail the ack, where nobody takes it over', async () => {
    const { world, sender, others, say, slow } = await slowly({ queue: () => 'refused' });
    const ack = await world.send(sender, say, 1_500);
    expect(ack).toMatchObject({ type: 'ack' });
    expect(pushed(world, others)).toEqual([[ack['seq']], [], [ack['seq']]]);
    expect(world.failures).toEqual([[slow.id, 'no time left']]);
  });
});

describe('who comes and goes', () => {
  it('is told by chunks too where a room has more connections than people may be told', async () => {
    const { world, room, sender, others, enter } = await aRoom(4, {
      presenceLimit: 6,
      fanoutThreshold: 3,
    });
    const aki = await world.connect({ name: 'Aki' });
    await world.send(aki, { action: 'joinroom', room });
    await world.settled();
    expect(sizes(world.chunks)).toEqual([3, 2]);
    const types = (id: string) => world.pushedTo(id).map(({ type }: Frame) => type);
    expect([sender, ...others].map(types)).toEqual(all(5, ['joined']));

    await enter();
    await world.send(aki, { action: 'leaveroom', room });
    await world.settled();
    expect(types(sender)).toEqual(['joined', 'left']);
    await enter();
    await world.send(aki, { action: 'joinroom', room });
    await world.settled();
    expect(types(sender)).toEqual(['joined', 'left']);
  });
});

describe('a client', () => {
  it('can hand nothing to the Lambda as if it came from its own queue', async () => {
    const { world, sender, others, say } = await aRoom(1);
    await world.send(sender, say);
    const [event] = world.pushedTo(others[0] ?? '');
    const forged = { event, recipients: [['u', others[0], 0]] };
    expect(await world.send(sender, forged)).toMatchObject({ code: 'unknown_action' });
    expect(await world.send(sender, { ...say, ...forged })).toMatchObject({ code: 'invalid' });
    expect(world.pushedTo(others[0] ?? '')).toHaveLength(1);
  });
});
