import type { DeliveryOutcome } from '../../../src/server/delivery/post-to-connection.ts';
import { openTestTable, type TestTable } from '../../helpers/database.ts';
import { holdTime, waitUntil } from '../../helpers/hold-time.ts';
import type { Frame, TestServer, TestServerOptions } from '../../helpers/test-server.ts';
import { collectSeqs, createRoom, getSizes, repeat } from './large-room.ts';

holdTime();

let table: TestTable;

beforeAll(async () => {
  table = await openTestTable();
});
afterAll(() => table.close());

describe('a broadcast to a large room', () => {
  it('delivers once to every member except the sender, and to no connection outside', async () => {
    const { server, sender, others, message } = await createRoom(table, 25);
    const outsider = await server.connect();
    const { seq } = await server.send(sender, message);
    await server.waitForChunks();
    expect(getSizes(server.chunks)).toEqual([10, 10, 5]);
    expect(collectSeqs(server, others)).toEqual(repeat(25, [seq]));
    expect(collectSeqs(server, [sender, outsider])).toEqual([[], []]);
  });

  it('pushes exactly the event that is in the log', async () => {
    const { server, room, sender, others, message } = await createRoom(table, 11);
    await server.send(sender, { ...message, message: 'お茶 "🍵"\u2028\\' });
    await server.waitForChunks();
    const { events } = await server.store.recovery.eventsAfter(room, 0);
    expect(server.pushedTo(others[0] ?? '')).toEqual(events);
  });

  it.each([
    [10, []],
    [11, [10, 1]],
  ])('enqueues %i recipients in chunks of %j', async (count, expected) => {
    const { server, sender, others, message } = await createRoom(table, count);
    const { seq } = await server.send(sender, message);
    expect(getSizes(server.chunks)).toEqual(expected);
    await server.waitForChunks();
    expect(collectSeqs(server, others)).toEqual(repeat(count, [seq]));
  });

  it('acks the sender before any delivery', async () => {
    const { promise, resolve } = Promise.withResolvers<DeliveryOutcome>();
    const options: TestServerOptions = { outcome: () => promise };
    const { server, sender, others, message } = await createRoom(table, 11, options);
    const { type, seq } = await server.send(sender, message);
    expect(type).toBe('ack');
    expect(collectSeqs(server, others)).toEqual(repeat(11, []));
    resolve('delivered');
    await server.waitForChunks();
    expect(collectSeqs(server, others)).toEqual(repeat(11, [seq]));
  });

  it('acks and delivers in the same invocation if Lambda rejects the chunks', async () => {
    const options: TestServerOptions = { queue: () => 'rejected' };
    const { server, sender, others, message } = await createRoom(table, 25, options);
    const { type, seq } = await server.send(sender, message);
    expect(type).toBe('ack');
    expect(collectSeqs(server, others)).toEqual(repeat(25, [seq]));
  });

  it('delivers the same seq twice if Lambda runs a chunk twice', async () => {
    const options: TestServerOptions = { queue: () => 'twice' };
    const { server, sender, others, message } = await createRoom(table, 11, options);
    const { seq } = await server.send(sender, message);
    await server.waitForChunks();
    expect(collectSeqs(server, others)).toEqual(repeat(11, [seq, seq]));
  });

  it('leaves the event in the log for recovery if a chunk is lost', async () => {
    const options: TestServerOptions = { queue: () => 'lost' };
    const { server, room, sender, others, message } = await createRoom(table, 11, options);
    const { seq } = await server.send(sender, message);
    await server.waitForChunks();
    expect(collectSeqs(server, others)).toEqual(repeat(11, []));
    const { events } = await server.send(others[0] ?? '', { action: 'joinroom', room, after: 0 });
    expect(events).toMatchObject([{ seq, message: 'to all' }]);
  });

  it('announces members by chunks if they have more connections than the threshold', async () => {
    const options: TestServerOptions = { presenceLimit: 6, fanoutThreshold: 3 };
    const { server, room, sender, others, addMember } = await createRoom(table, 4, options);
    const aki = await server.connect({ name: 'Aki' });
    await server.send(aki, { action: 'joinroom', room });
    await server.waitForChunks();
    expect(getSizes(server.chunks)).toEqual([3, 2]);
    const types = (id: string) => server.pushedTo(id).map(({ type }: Frame) => type);
    expect([sender, ...others].map(types)).toEqual(repeat(5, ['joined']));

    await addMember();
    await server.send(aki, { action: 'leaveroom', room });
    await server.waitForChunks();
    expect(types(sender)).toEqual(['joined', 'left']);
    await addMember();
    await server.send(aki, { action: 'joinroom', room });
    await server.waitForChunks();
    expect(types(sender)).toEqual(['joined', 'left']);
  });
});

/** Returns how many frames a server has delivered. */
const countDelivered = ({ pushed }: TestServer) => [...pushed.values()].flat().length;

describe('a recipient that does not accept its delivery', () => {
  /** Creates a room of four. One of them accepts nothing until its delivery resolves. */
  async function createSlowRoom(queue: 'run' | 'rejected' = 'run') {
    const slow = { id: '', delivery: Promise.withResolvers<DeliveryOutcome>() };
    let posts = 0;
    const outcome = (id: string) => {
      posts += 1;
      return id === slow.id ? slow.delivery.promise : 'delivered';
    };
    const room = await createRoom(table, 3, { outcome, queue: () => queue });
    slow.id = room.others[1] ?? '';
    return { ...room, slow, countPosts: () => posts };
  }

  it('delays the ack for a limited time, and gets the message from another invocation', async () => {
    const { server, sender, others, message, slow } = await createSlowRoom();
    const sending = server.send(sender, message, 1_500);
    await waitUntil(() => countDelivered(server) === 2);
    jest.advanceTimersByTime(500);
    const ack = await sending;
    expect(ack).toMatchObject({ type: 'ack' });
    const enqueued = server.chunks.map(({ recipients }) => recipients.map(([, id]) => id));
    expect(enqueued).toEqual([[slow.id]]);
    expect(server.pushedTo(slow.id)).toEqual([]);
    slow.delivery.resolve('delivered');
    await server.waitForChunks();
    expect(collectSeqs(server, others)).toEqual(repeat(3, [ack['seq']]));
    expect(server.failures).toEqual([]);
  });

  it('prevents neither the ack nor other deliveries if Lambda rejects the chunk', async () => {
    const room = await createSlowRoom('rejected');
    const { server, sender, others, message, slow, countPosts } = room;
    const sending = server.send(sender, message, 1_500);
    await waitUntil(() => countDelivered(server) === 2);
    jest.advanceTimersByTime(500);
    await waitUntil(() => countPosts() === 4);
    jest.advanceTimersByTime(300);
    const ack = await sending;
    expect(ack).toMatchObject({ type: 'ack' });
    expect(collectSeqs(server, others)).toEqual([[ack['seq']], [], [ack['seq']]]);
    expect(server.failures).toEqual([[slow.id, 'no time left']]);
  });
});
