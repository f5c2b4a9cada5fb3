import { openTable, type TestTable } from '../support/database.ts';
import { type Frame, World } from '../support/world.ts';

jest.setTimeout(120_000);

let table: TestTable;

beforeAll(async () => {
  table = await openTable();
});
afterAll(() => table.close());

const bySeq = (frames: readonly Frame[]) =>
  frames.toSorted((one, other) => one['seq'] - other['seq']);

/** Everything in a room's log, page by page as a client fetches it. */
async function log(world: World, connectionId: string, room: string): Promise<Frame[]> {
  const events: Frame[] = [];
  for (let more = true; more; ) {
    const after = events.at(-1)?.['seq'] ?? 0;
    const page = await world.send(connectionId, { action: 'joinroom', room, after });
    events.push(...page['events']);
    more = page['more'];
  }
  return events;
}

describe('20 connections that send 50 messages each at the same time', () => {
  it('fill one log of 1,000 messages, and each member receives what it holds', async () => {
    const world = new World(table);
    const room = 'crowd';
    const ids = await Promise.all(Array.from({ length: 20 }, () => world.connect()));
    for (const id of ids) await world.send(id, { action: 'joinroom', room });
    world.pushed.clear();

    const own = new Map<string, Frame[]>();
    await Promise.all(
      ids.map(async (id, sender) => {
        for (let index = 0; index < 50; index += 1) {
          const message = `${sender}-${index}`;
          const ack = await world.send(id, { action: 'sendmessage', room, id: message, message });
          own.set(id, [...(own.get(id) ?? []), ack]);
        }
      }),
    );

    const events = await log(world, ids[0] ?? '', room);
    expect(events).toHaveLength(1_000);
    expect(new Set(events.map(({ seq }) => seq)).size).toBe(1_000);
    expect(new Set(events.map(({ message }) => message)).size).toBe(1_000);
    for (const id of ids) {
      const sent = new Set(own.get(id)?.map(({ seq }) => seq));
      expect(sent.size).toBe(50);
      const others = events.filter(({ seq }) => !sent.has(seq));
      expect(bySeq(world.pushedTo(id))).toEqual(others);
    }
  });
});

describe('a join in the middle of a stream of sends', () => {
  it('misses nothing and doubles nothing, in 200 tries', async () => {
    const world = new World(table);
    const room = 'stream';
    const sender = await world.connect();
    await world.send(sender, { action: 'joinroom', room });
    let running = true;
    let sent = 0;
    const stream = (async () => {
      while (running) {
        const { seq } = await world.send(sender, { action: 'sendmessage', room, message: 'x' });
        sent = seq;
      }
    })();

    const joins: { id: string; after: number; events: Frame[]; upTo: number }[] = [];
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const id = await world.connect();
      const after = Math.max(0, sent - 2);
      const { events } = await world.send(id, { action: 'joinroom', room, after });
      await world.send(sender, { action: 'sendmessage', room, message: 'y' });
      joins.push({ id, after, events, upTo: sent });
      await world.send(id, { action: 'leaveroom', room });
    }
    running = false;
    await stream;

    const numbers = (await log(world, sender, room)).map(({ seq }) => seq);
    for (const { id, after, events, upTo } of joins) {
      const pushed = world.pushedTo(id).filter(({ type }) => type === 'message');
      const held = new Set([...events, ...pushed].map(({ seq }) => seq));
      expect(numbers.filter((seq) => seq > after && seq <= upTo && !held.has(seq))).toEqual([]);
      const read = events.map(({ seq }) => seq);
      expect(new Set(read).size).toBe(read.length);
      expect(new Set(pushed.map(({ seq }) => seq)).size).toBe(pushed.length);
    }
  });
});
