import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { type Frame, TestServer } from '../../helpers/test-server.ts';

jest.setTimeout(120_000);

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const bySeq = (frames: readonly Frame[]) => frames.toSorted((a, b) => a['seq'] - b['seq']);

/** Reads a room's log page by page, as a client does. */
async function readLog(server: TestServer, connectionId: string, room: string): Promise<Frame[]> {
  const events: Frame[] = [];
  for (let more = true; more; ) {
    const after = events.at(-1)?.['seq'] ?? 0;
    const page = await server.send(connectionId, { action: 'joinroom', room, after });
    events.push(...page['events']);
    more = page['more'];
  }
  return events;
}

describe('concurrent messages', () => {
  it('appends 50 messages of each of 20 connections, and pushes each member those of the others', async () => {
    const server = new TestServer(table);
    const room = 'crowd';
    const ids = await Promise.all(Array.from({ length: 20 }, () => server.connect()));
    for (const id of ids) await server.send(id, { action: 'joinroom', room });
    server.pushed.clear();

    const own = new Map<string, Frame[]>();
    await Promise.all(
      ids.map(async (id, sender) => {
        for (let index = 0; index < 50; index += 1) {
          const message = `${sender}-${index}`;
          const ack = await server.send(id, { action: 'sendmessage', room, id: message, message });
          own.set(id, [...(own.get(id) ?? []), ack]);
        }
      }),
    );

    const events = await readLog(server, ids[0] ?? '', room);
    expect(events).toHaveLength(1_000);
    expect(new Set(events.map(({ seq }) => seq)).size).toBe(1_000);
    expect(new Set(events.map(({ message }) => message)).size).toBe(1_000);
    for (const id of ids) {
      const sent = new Set(own.get(id)?.map(({ seq }) => seq));
      expect(sent.size).toBe(50);
      const others = events.filter(({ seq }) => !sent.has(seq));
      expect(bySeq(server.pushedTo(id))).toEqual(others);
    }
  });
});

describe('a join during a stream of messages', () => {
  it('recovers or receives each message, and none twice, in 200 attempts', async () => {
    const server = new TestServer(table);
    const room = 'stream';
    const sender = await server.connect();
    await server.send(sender, { action: 'joinroom', room });
    const hello = { action: 'sendmessage', room, message: 'x' };
    let both = 0;
    for (let attempt = 0, after = 0; attempt < 200; attempt += 1) {
      const id = await server.connect();
      const join = () => server.send(id, { action: 'joinroom', room, after });
      const [first, joined, second, third] = await Promise.all([
        server.send(sender, hello),
        join(),
        server.send(sender, hello),
        server.send(sender, hello),
      ]);
      const sent = [first, second, third].map(({ seq }) => seq).toSorted((a, b) => a - b);
      const read: number[] = joined['events'].map(({ seq }: Frame) => seq);
      const pushed: number[] = server.pushedTo(id).map(({ seq }) => seq);
      expect(new Set([...read, ...pushed])).toEqual(new Set(sent));
      expect([new Set(read).size, new Set(pushed).size]).toEqual([read.length, pushed.length]);
      both += read.length > 0 && pushed.length > 0 ? 1 : 0;
      after = sent.at(-1) ?? 0;
      await server.send(id, { action: 'leaveroom', room });
    }
    // Some joins did fall into the middle.
    expect(both).toBeGreaterThan(0);
  });
});
