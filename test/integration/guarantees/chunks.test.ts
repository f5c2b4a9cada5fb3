import type { Chunk } from '../../../src/server/delivery/chunk.ts';
import type { DeliveryOutcome } from '../../../src/server/delivery/post-to-connection.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { findRows } from '../../helpers/rows.ts';
import type { TestServerOptions } from '../../helpers/test-server.ts';
import { createRoom, getSizes, repeat } from './large-room.ts';

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

const includes = (chunk: Chunk, id: string) =>
  chunk.recipients.some(([, recipient]) => recipient === id);

describe('a failing chunk', () => {
  /** Creates a room in which the first posts to one of its members throw, as no post may. */
  async function createCrashingRoom(count: number, member: number, crashes: number) {
    const crash = { id: '', left: crashes };
    const outcome = (id: string): DeliveryOutcome => {
      if (id !== crash.id || crash.left === 0) return 'delivered';
      crash.left -= 1;
      throw new Error('crashed');
    };
    const room = await createRoom(table, count, { outcome });
    crash.id = room.others[member] ?? '';
    return { ...room, victim: crash.id };
  }

  it('runs again with the same seq and without the other chunks', async () => {
    const { server, sender, others, message, victim } = await createCrashingRoom(25, 12, 2);
    const { seq } = await server.send(sender, message);
    await server.waitForChunks();
    const failed = server.chunks.filter((chunk) => includes(chunk, victim));
    expect(failed).toHaveLength(1);
    for (const id of others) {
      const repeats = id !== victim && failed.some((chunk) => includes(chunk, id));
      const received = server.pushedTo(id).map((frame) => frame['seq']);
      expect(received).toEqual(repeat(repeats ? 3 : 1, seq));
    }
    expect(server.deadLetters).toEqual([]);
  });

  it('becomes a dead letter after three attempts, without an effect on the ack or the others', async () => {
    const { server, sender, others, message } = await createCrashingRoom(25, 12, 100);
    expect(await server.send(sender, message)).toMatchObject({ type: 'ack' });
    await server.waitForChunks();
    expect(server.deadLetters).toHaveLength(1);
    const reached = others.filter((id) => server.pushedTo(id).length > 0);
    expect(reached).toHaveLength(24);
  });

  it('logs the failure without the message', async () => {
    const { server, sender, message, victim } = await createCrashingRoom(11, 0, 1);
    await server.send(sender, message);
    await server.waitForChunks();
    // Connection ids are random, so the victim can be in either of the two chunks.
    const recipients = server.chunks.find((chunk) => includes(chunk, victim))?.recipients.length;
    const failed = server.logLines.filter(({ level }) => level === 'error');
    expect(failed).toMatchObject([{ route: 'chunk', outcome: 'internal', recipients }]);
    expect(JSON.stringify(server.logLines)).not.toContain(message.message);
  });
});

describe('an invocation that runs a chunk', () => {
  it('enqueues nothing, and reports the recipients that it has no time for', async () => {
    const outcome = () => new Promise<never>(() => {});
    const options: TestServerOptions = { queue: () => 'lost', outcome };
    const { server, sender, message } = await createRoom(table, 11, options);
    await server.send(sender, message);
    const [chunk] = server.chunks.splice(0);
    if (!chunk) throw new Error('The broadcast enqueued no chunk.');
    await server.deliverChunk(chunk, 1_000);
    expect(server.chunks).toEqual([]);
    const expected = chunk.recipients.map(([, id]) => [id, 'no time left']);
    expect(server.failures.toSorted()).toEqual(expected.toSorted());
  });

  it('removes dead connections, and announces itself who left', async () => {
    const dead = new Set<string>();
    const options: TestServerOptions = {
      outcome: (id) => (dead.has(id) ? 'gone' : 'delivered'),
      presenceLimit: 100,
      now: () => Date.now() + 31_000,
    };
    const { server, sender, others, message, room } = await createRoom(table, 12, options);
    const [first = '', ...alive] = others;
    dead.add(first);
    await server.send(sender, message);
    await server.waitForChunks();
    expect(await findRows(table, first)).toEqual([]);
    expect(getSizes(server.chunks)).toEqual([10, 2]);
    const left = (id: string) => server.pushedTo(id).filter(({ type }) => type === 'left');
    expect([sender, ...alive].map((id) => left(id).length)).toEqual(repeat(12, 1));
    expect(left(sender)).toMatchObject([{ room }]);
  });

  // The chunk carries the time of each connection's $connect.
  it('keeps a gone connection of a chunk whose $connect may not have returned', async () => {
    const options: TestServerOptions = { outcome: () => 'gone' };
    const { server, sender, others, message } = await createRoom(table, 11, options);
    await server.send(sender, message);
    await server.waitForChunks();
    expect(await findRows(table, others[0] ?? '')).not.toEqual([]);
  });
});

describe('the handler', () => {
  it('[SEC-018] rejects a chunk that a client sends', async () => {
    const { server, sender, others, message } = await createRoom(table, 1);
    await server.send(sender, message);
    const [event] = server.pushedTo(others[0] ?? '');
    const forged = { event, recipients: [['u', others[0], 0]] };
    expect(await server.send(sender, forged)).toMatchObject({ code: 'unknown_action' });
    expect(await server.send(sender, { ...message, ...forged })).toMatchObject({ code: 'invalid' });
    expect(server.pushedTo(others[0] ?? '')).toHaveLength(1);
  });
});
