import type { Chunk } from '../../../src/server/delivery/chunk.ts';
import type { DeliveryOutcome } from '../../../src/server/delivery/post-to-connection.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import { type Frame, TestServer, type TestServerOptions } from '../../helpers/test-server.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

let rooms = 0;

/** A room of a sender and so many others, in which one invocation delivers to ten; all are told of nobody. */
async function createRoom(count: number, options: TestServerOptions = {}) {
  rooms += 1;
  const room = `room-${rooms}`;
  const joining = new TestServer(table, { presenceLimit: 0 });
  const enter = async (query: Record<string, string> = {}) => {
    const id = await joining.connect(query);
    await joining.send(id, { action: 'joinroom', room });
    return id;
  };
  const sender = await enter();
  const others = await Promise.all(Array.from({ length: count }, () => enter()));
  const server = new TestServer(table, { fanoutThreshold: 10, presenceLimit: 0, ...options });
  const say = { action: 'sendmessage', room, message: 'to all', id: 'a1' };
  return { world: server, room, sender, others, say, enter };
}

/** The numbers of what each of them was pushed. */
const collectPushed = (server: TestServer, ids: readonly string[]) =>
  ids.map((id) => server.pushedTo(id).map(({ seq }) => seq));

const getSizes = (chunks: readonly Chunk[]) => chunks.map(({ recipients }) => recipients.length);

const includes = (chunk: Chunk, id = '') => chunk.recipients.some(([, other]) => other === id);

/** The same for so many. */
const repeat = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('a message to a big room', () => {
  it('reaches everyone once, but not the sender and nobody outside', async () => {
    const { world: server, sender, others, say } = await createRoom(25);
    const outside = await server.connect();
    const { seq } = await server.send(sender, say);
    await server.waitForChunks();
    expect(getSizes(server.chunks)).toEqual([10, 10, 5]);
    expect(collectPushed(server, others)).toEqual(repeat(25, [seq]));
    expect(collectPushed(server, [sender, outside])).toEqual([[], []]);
  });

  it('is pushed exactly as to a small one, and as it stands in the log', async () => {
    const { world: server, room, sender, others, say } = await createRoom(11);
    await server.send(sender, { ...say, message: 'お茶 "🍵"\u2028\\' });
    await server.waitForChunks();
    const { events } = await server.store.recovery.eventsAfter(room, 0);
    expect(server.pushedTo(others[0] ?? '')).toEqual(events);
  });

  it.each([
    [10, []],
    [11, [10, 1]],
  ])('of %i others is handed over in chunks of %j', async (count, expected) => {
    const { world: server, sender, others, say } = await createRoom(count);
    const { seq } = await server.send(sender, say);
    expect(getSizes(server.chunks)).toEqual(expected);
    await server.waitForChunks();
    expect(collectPushed(server, others)).toEqual(repeat(count, [seq]));
  });

  it('is acked before any of it is delivered', async () => {
    const { promise, resolve } = Promise.withResolvers<DeliveryOutcome>();
    const { world: server, sender, others, say } = await createRoom(11, { outcome: () => promise });
    const { type, seq } = await server.send(sender, say);
    expect(type).toBe('ack');
    expect(collectPushed(server, others)).toEqual(repeat(11, []));
    resolve('delivered');
    await server.waitForChunks();
    expect(collectPushed(server, others)).toEqual(repeat(11, [seq]));
  });

  it('is acked, and delivered by the invocation itself, where Lambda takes no chunk', async () => {
    const {
      world: server,
      sender,
      others,
      say,
    } = await createRoom(25, { queue: () => 'rejected' });
    const { type, seq } = await server.send(sender, say);
    expect(type).toBe('ack');
    expect(collectPushed(server, others)).toEqual(repeat(25, [seq]));
  });

  it('bears the same number where Lambda runs a chunk twice', async () => {
    const { world: server, sender, others, say } = await createRoom(11, { queue: () => 'twice' });
    const { seq } = await server.send(sender, say);
    await server.waitForChunks();
    expect(collectPushed(server, others)).toEqual(repeat(11, [seq, seq]));
  });

  it('is recovered from the log where a chunk is lost', async () => {
    const {
      world: server,
      room,
      sender,
      others,
      say,
    } = await createRoom(11, { queue: () => 'lost' });
    const { seq } = await server.send(sender, say);
    await server.waitForChunks();
    expect(collectPushed(server, others)).toEqual(repeat(11, []));
    const { events } = await server.send(others[0] ?? '', { action: 'joinroom', room, after: 0 });
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
    const { world: server, sender, others, say } = await createRoom(25, { outcome });
    crash.at = others[12] ?? '';
    const { seq } = await server.send(sender, say);
    await server.waitForChunks();
    const failed = server.chunks.filter((chunk) => includes(chunk, crash.at));
    expect(failed).toHaveLength(1);
    for (const id of others) {
      const isInIt = failed.some((chunk) => includes(chunk, id));
      const times = !isInIt ? 1 : id === crash.at ? 1 : 3;
      expect(server.pushedTo(id).map((frame) => frame['seq'])).toEqual(repeat(times, seq));
    }
    expect(server.deadLetters).toEqual([]);
  });

  it('is put aside after three tries; the message was acked and the others have it', async () => {
    const { crash, outcome } = crashing(100);
    const { world: server, sender, others, say } = await createRoom(25, { outcome });
    crash.at = others[12] ?? '';
    expect(await server.send(sender, say)).toMatchObject({ type: 'ack' });
    await server.waitForChunks();
    expect(server.deadLetters).toHaveLength(1);
    const reached = others.filter((id) => server.pushedTo(id).length > 0);
    expect(reached).toHaveLength(24);
  });

  it('is told to the operator, without the message', async () => {
    const { crash, outcome } = crashing(1);
    const { world: server, sender, others, say } = await createRoom(11, { outcome });
    crash.at = others[0] ?? '';
    await server.send(sender, say);
    await server.waitForChunks();
    const failed = server.logLines.filter(({ level }) => level === 'error');
    expect(failed).toMatchObject([{ route: 'chunk', outcome: 'internal', recipients: 10 }]);
    expect(JSON.stringify(server.logLines)).not.toContain(say.message);
  });
});

describe('an invocation that runs a chunk', () => {
  /** A world in which nobody answers, and the first chunk of a message to 11. */
  async function aChunk() {
    const outcome = () => new Promise<never>(() => {});
    const made = await createRoom(11, { queue: () => 'lost', outcome });
    await made.world.send(made.sender, made.say);
    const [chunk] = made.world.chunks.splice(0);
    if (!chunk) throw new Error('there is no chunk');
    return { ...made, chunk };
  }

  it('hands nothing over: whom it has no time for is given up, reported and recovers', async () => {
    const { world: server, chunk } = await aChunk();
    await server.deliverChunk(chunk, 1_000);
    expect(server.chunks).toEqual([]);
    const givenUp = chunk.recipients.map(([, id]) => [id, 'no time left']);
    expect(server.failures.toSorted()).toEqual(givenUp.toSorted());
  });

  it('forgets the dead that it finds, and tells the others itself who left', async () => {
    const dead = new Set<string>();
    const now = () => Date.now() + 31_000;
    const {
      world: server,
      sender,
      others,
      say,
      room,
    } = await createRoom(12, {
      outcome: (id) => (dead.has(id) ? 'gone' : 'delivered'),
      presenceLimit: 100,
      now,
    });
    const [first = '', ...living] = others;
    dead.add(first);
    await server.send(sender, say);
    await server.waitForChunks();
    expect(await findRows(table, first)).toEqual([]);
    expect(getSizes(server.chunks)).toEqual([10, 2]);
    const left = (id: string) => server.pushedTo(id).filter(({ type }) => type === 'left');
    expect([sender, ...living].map((id) => left(id).length)).toEqual(repeat(12, 1));
    expect(left(sender)).toMatchObject([{ room }]);
  });

  it('keeps a connection that is so young that its $connect may not have returned', async () => {
    const { world: server, sender, others, say } = await createRoom(11, { outcome: () => 'gone' });
    await server.send(sender, say);
    await server.waitForChunks();
    expect(await findRows(table, others[0] ?? '')).not.toEqual([]);
  });
});

describe('a recipient that does not take its delivery', () => {
  /** A room of four in which one is slow for a time, and an invocation that has little. */
  async function slowly(options: TestServerOptions = {}) {
    const slow = { id: '', taking: Promise.withResolvers<DeliveryOutcome>() };
    const outcome = (id: string) => (id === slow.id ? slow.taking.promise : 'delivered');
    const made = await createRoom(3, { outcome, ...options });
    slow.id = made.others[1] ?? '';
    return { ...made, slow };
  }

  it('keeps the ack waiting for a time only, and gets the message from another invocation', async () => {
    const { world: server, sender, others, say, slow } = await slowly();
    const ack = await server.send(sender, say, 1_500);
    expect(ack).toMatchObject({ type: 'ack' });
    expect(server.chunks.map(({ recipients }) => recipients.map(([, id]) => id))).toEqual([
      [slow.id],
    ]);
    expect(server.pushedTo(slow.id)).toEqual([]);
    slow.taking.resolve('delivered');
    await server.waitForChunks();
    expect(collectPushed(server, others)).toEqual(repeat(3, [ack['seq']]));
    expect(server.failures).toEqual([]);
  });

  it('does not keep the others waiting, nor fail the ack, where nobody takes it over', async () => {
    const { world: server, sender, others, say, slow } = await slowly({ queue: () => 'rejected' });
    const ack = await server.send(sender, say, 1_500);
    expect(ack).toMatchObject({ type: 'ack' });
    expect(collectPushed(server, others)).toEqual([[ack['seq']], [], [ack['seq']]]);
    expect(server.failures).toEqual([[slow.id, 'no time left']]);
  });
});

describe('who comes and goes', () => {
  it('is told by chunks too where a room has more connections than people may be told', async () => {
    const {
      world: server,
      room,
      sender,
      others,
      enter,
    } = await createRoom(4, {
      presenceLimit: 6,
      fanoutThreshold: 3,
    });
    const aki = await server.connect({ name: 'Aki' });
    await server.send(aki, { action: 'joinroom', room });
    await server.waitForChunks();
    expect(getSizes(server.chunks)).toEqual([3, 2]);
    const types = (id: string) => server.pushedTo(id).map(({ type }: Frame) => type);
    expect([sender, ...others].map(types)).toEqual(repeat(5, ['joined']));

    await enter();
    await server.send(aki, { action: 'leaveroom', room });
    await server.waitForChunks();
    expect(types(sender)).toEqual(['joined', 'left']);
    await enter();
    await server.send(aki, { action: 'joinroom', room });
    await server.waitForChunks();
    expect(types(sender)).toEqual(['joined', 'left']);
  });
});

describe('a client', () => {
  it('can hand nothing to the Lambda as if it came from its own queue', async () => {
    const { world: server, sender, others, say } = await createRoom(1);
    await server.send(sender, say);
    const [event] = server.pushedTo(others[0] ?? '');
    const forged = { event, recipients: [['u', others[0], 0]] };
    expect(await server.send(sender, forged)).toMatchObject({ code: 'unknown_action' });
    expect(await server.send(sender, { ...say, ...forged })).toMatchObject({ code: 'invalid' });
    expect(server.pushedTo(others[0] ?? '')).toHaveLength(1);
  });
});
