import { range, requestedAfter, writeEvents } from './server-log.ts';
import {
  advance,
  collectEvents,
  createTestClient,
  eventually,
  flush,
  join,
  joinAndListen,
  seqNumbers,
  useFakeClock,
} from './setup.ts';

useFakeClock();

/** Reads everything that is in a queue. */
async function readQueued<T>(iterator: AsyncIterator<T>): Promise<T[]> {
  const values: T[] = [];
  const read = async () => {
    for (let next = await iterator.next(); !next.done; next = await iterator.next())
      values.push(next.value);
  };
  void read();
  await flush();
  return values;
}

describe('an iterator that is never read', () => {
  it('does not stop the recovery of a listener', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 3_000);
    const room = await join(client, { after: 0 });
    const events = collectEvents(room);
    room[Symbol.asyncIterator]();
    await advance(5_000);
    expect(seqNumbers(events)).toEqual(range(1, 3_000));
    expect((await eventually(room.edit(1, 'x'))).value).toMatchObject({ seq: 3_001 });
    expect(seqNumbers(events).at(-1)).toBe(3_001);
  });

  it('does not stop the recovery of another loop', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 3_000);
    const room = await join(client, { after: 0 });
    const [active] = [room[Symbol.asyncIterator](), room[Symbol.asyncIterator]()];
    await advance(5_000);
    expect(requestedAfter(server).length).toBeLessThan(25);
    const events = [];
    while (events.length < 3_000) {
      events.push((await active?.next())?.value);
      await advance(2);
    }
    expect(seqNumbers(events)).toEqual(range(1, 3_000));
  });

  it('does not stop a listener from reading the log for more than a page', async () => {
    const { server, room, events } = await joinAndListen({ after: 0 });
    await advance(0);
    room[Symbol.asyncIterator]();
    for (let index = 0; index < 1_200; index += 1) server.publish();
    await advance(100);
    writeEvents(server, 150);
    server.publish();
    await advance(1_000);
    expect(seqNumbers(events)).toEqual(range(1, 1_351));
  });

  it('does not stop a listener from recovering more than a page after a lost connection', async () => {
    const { server, room, events } = await joinAndListen({ after: 0 });
    await advance(0);
    room[Symbol.asyncIterator]();
    for (let index = 0; index < 1_200; index += 1) server.publish();
    await advance(100);
    server.peer.close();
    writeEvents(server, 250);
    await advance(5_000);
    expect(seqNumbers(events)).toEqual(range(1, 1_450));
  });

  it('gets one gap for what its queue has lost, also in the recovery of a listener', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 12_000);
    const room = await join(client, { after: 0 });
    const events = collectEvents(room);
    await advance(0);
    const idle = room[Symbol.asyncIterator]();
    await advance(10_000);
    expect(events).toHaveLength(12_000);
    const [first, ...rest] = await readQueued(idle);
    expect(first).toMatchObject({ type: 'incomplete' });
    expect(seqNumbers(rest)).toEqual(range(Number(first?.seq) + 1, 12_000));
  });
});

describe('a room whose every reader is behind', () => {
  /** Creates a room of 3,000 events with a loop that is never read. Recovery has paused. */
  async function createPausedRoom() {
    const { server, client } = createTestClient();
    writeEvents(server, 3_000);
    const room = await join(client, { after: 0 });
    const idle = room[Symbol.asyncIterator]();
    await advance(5_000);
    expect(requestedAfter(server)).toHaveLength(11);
    return { room, idle };
  }

  it('recovers on for a listener that is added', async () => {
    const { room } = await createPausedRoom();
    const events = collectEvents(room);
    await advance(5_000);
    expect(seqNumbers(events)).toEqual(range(1_101, 3_000));
  });

  it('recovers on for a loop that is added', async () => {
    const { room } = await createPausedRoom();
    const added = room[Symbol.asyncIterator]();
    await advance(5_000);
    expect(seqNumbers(await readQueued(added))).toEqual(range(1_101, 2_200));
  });

  it('pauses again after its only listener is removed', async () => {
    const { room, idle } = await createPausedRoom();
    room.on('event', () => {})();
    await advance(5_000);
    expect((await readQueued(idle)).length).toBeLessThan(1_300);
  });
});

describe('the first listener', () => {
  it('gets the events since the join, also if a loop starts right after it', async () => {
    const { server, client } = createTestClient();
    writeEvents(server, 3);
    const room = await join(client, { after: 0 });
    const events = collectEvents(room);
    const later = room[Symbol.asyncIterator]();
    await advance(0);
    server.publish();
    await advance(10);
    expect(seqNumbers(events)).toEqual([1, 2, 3, 4]);
    expect(seqNumbers(await readQueued(later))).toEqual([4]);
  });
});
