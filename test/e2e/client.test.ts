import {
  createClient,
  type KaiwaError,
  type Room,
  type RoomEvent,
} from '../../src/client/index.ts';
import { Stack } from '../helpers/local-stack.ts';

jest.setTimeout(120_000);

let stack: Stack;
const clients: ReturnType<typeof createClient>[] = [];

beforeAll(async () => {
  stack = await Stack.start();
});
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));
afterAll(() => stack.remove());

/** Creates a client with real sockets. The test closes it at its end. */
function connect(name: string) {
  const client = createClient({ url: stack.url, name, maxReconnectDelayMs: 1_000 });
  clients.push(client);
  return client;
}

/** Reads all texts of a room's log, by `seq`. */
async function readLog(name: string): Promise<Map<number, string>> {
  const events = new Map<number, string>();
  const client = connect('Reader');
  for (let after = 0, more = true; more; ) {
    const page = await client.request('joinroom', { room: name, after });
    for (const event of page.events) {
      if (event.type === 'message') events.set(event.seq, event.message);
      after = event.seq;
    }
    more = page.more;
  }
  return events;
}

/** Waits for a number of events of a room, and returns them. */
async function takeEvents(room: Room, count: number): Promise<RoomEvent[]> {
  const events: RoomEvent[] = [];
  for await (const event of room) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
}

describe('createClient on the local stack', () => {
  it('delivers the messages of two clients to both in the same order', async () => {
    const akiRoom = await connect('Aki').join('talk');
    const benRoom = await connect('Ben').join('talk');
    await akiRoom.send('hello');
    await benRoom.send('hi', { replyTo: 1 });
    const [akiEvents, benEvents] = await Promise.all([
      takeEvents(akiRoom, 2),
      takeEvents(benRoom, 2),
    ]);
    expect(akiEvents).toMatchObject([
      { seq: 1, message: 'hello', from: { name: 'Aki' }, own: true },
      { seq: 2, message: 'hi', from: { name: 'Ben' }, replyTo: 1 },
    ]);
    const withoutOwn = (events: RoomEvent[]) =>
      events.map((event) => ({ ...event, own: undefined }));
    expect(withoutOwn(akiEvents)).toEqual(withoutOwn(benEvents));
  });

  it('delivers edits, reactions and deletions, and returns the current history', async () => {
    const room = await connect('Aki').join('amend');
    const { seq } = await room.send('helo');
    await room.edit(seq, 'hello');
    await room.react(seq, '👍', true);
    await room.send('oops').then((ack) => room.delete(ack.seq));
    expect((await takeEvents(room, 5)).map(({ type }) => type)).toEqual([
      'message',
      'edited',
      'reaction',
      'message',
      'deleted',
    ]);
    const pages = await Array.fromAsync(room.history({ limit: 1 }));
    expect(pages).toMatchObject([
      [{ message: '', deletedAt: expect.any(String) }],
      [{ message: 'hello', reactions: { '👍': [expect.any(String)] } }],
    ]);
  });

  it('delivers joined, typing, read and left events', async () => {
    const aki = connect('Aki');
    const ben = connect('Ben');
    const room = await aki.join('passing');
    const received: unknown[] = [];
    const done = new Promise<void>((resolve) => {
      for (const type of ['joined', 'typing', 'read', 'left'] as const) {
        room.on(type, (event) => {
          received.push([event.type, event.from.name]);
          if (event.type === 'left') resolve();
        });
      }
    });
    const benRoom = await ben.join('passing');
    await room.send('hello');
    await ben.request('typing', { room: 'passing', typing: true });
    await ben.request('markread', { room: 'passing', seq: 1 });
    await benRoom.leave();
    await done;
    expect(received).toEqual([
      ['joined', 'Ben'],
      ['typing', 'Ben'],
      ['read', 'Ben'],
      ['left', 'Ben'],
    ]);
  });
});

describe('five clients during a restart of the stack', () => {
  it('store each of 500 sends once, and see the events of the log in order', async () => {
    const rooms = await Promise.all(
      Array.from({ length: 5 }, (_, n) => connect(`c${n}`).join('storm', { after: 0 })),
    );
    const views = rooms.map(() => [] as RoomEvent[]);
    const complete = rooms.map(
      (room, n) =>
        new Promise<void>((resolve) => {
          room.on('event', (event) => {
            if (views[n]?.push(event) === 500) resolve();
          });
        }),
    );
    let acked = 0;
    const firstAcks = Promise.withResolvers<void>();
    const sends = rooms.flatMap((room, n) =>
      Array.from({ length: 100 }, async (_, index) => {
        const message = `${n}-${index}`;
        const { seq } = await room.send(message);
        acked += 1;
        if (acked === 200) firstAcks.resolve();
        return { seq, message };
      }),
    );
    await firstAcks.promise;
    await stack.stop();
    await stack.start();
    const results = await Promise.allSettled(sends);
    const failed = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(failed.map(({ reason }) => (reason as KaiwaError).code)).toEqual([]);

    const log = await readLog('storm');
    expect(log.size).toBe(500);
    expect(new Set(log.values()).size).toBe(500);
    for (const result of results) {
      if (result.status === 'fulfilled') {
        expect(log.get(result.value.seq)).toBe(result.value.message);
      }
    }
    await Promise.all(complete);
    for (const view of views) {
      const inOrder = view.filter((event) => !('late' in event)).map(({ seq }) => seq);
      expect(inOrder).toEqual(inOrder.toSorted(byNumber));
      expect(view.map(toText).toSorted(byEntry)).toEqual([...log]);
    }
  });
});

const byNumber = (a: number, b: number) => a - b;
const byEntry = ([a]: [number, unknown], [b]: [number, unknown]) => a - b;
const toText = (event: RoomEvent): [number, string] => [
  event.seq,
  event.type === 'message' ? event.message : event.type,
];
