import { setImmediate as settled } from 'node:timers/promises';
import type { Event } from '../../schemas/index.ts';
import { createBroadcast, type Delivery } from '../../src/delivery/broadcast.ts';
import type { Outcome } from '../../src/delivery/post.ts';
import type { Subscriber } from '../../src/store/members.ts';

const now = Date.UTC(2026, 10, 22);

const event: Event = {
  type: 'typing',
  room: 'lobby',
  from: { userId: 'u', name: 'Aki' },
  typing: true,
};

/** A connection in the room, opened so many milliseconds ago. */
const subscriber = (connectionId: string, age = 60_000): Subscriber => ({
  room: 'lobby',
  connectionId,
  userId: `user of ${connectionId}`,
  name: 'n',
  connectedAt: now - age,
  announced: true,
});

/** The connections `c0`, `c1` and so on, each a person of its own. */
const subscribers = (count: number) =>
  Array.from({ length: count }, (_, index) => subscriber(`c${index}`));

/** A room of these, in which all that a broadcast does is written down. */
class Room {
  readonly posts: { connectionId: string; frame: string }[] = [];
  readonly forgotten: Subscriber[] = [];
  readonly failures: [connectionId: string, cause: unknown][] = [];
  readonly #members: Iterable<Subscriber>;
  /** What a post to a connection comes to. */
  outcome: (connectionId: string) => Outcome | Promise<Outcome> = () => 'delivered';
  /** What goes wrong in forgetting a connection. */
  forgetting: (connectionId: string) => void = () => {};

  constructor(members: Iterable<Subscriber>) {
    this.#members = members;
  }

  get reached(): string[] {
    return this.posts.map(({ connectionId }) => connectionId).sort();
  }

  broadcast(delivery: Delivery = {}) {
    const room = this.#members;
    const broadcast = createBroadcast({
      members: {
        subscribers: async function* () {
          yield* room;
        },
      },
      post: async (connectionId, frame) => {
        this.posts.push({ connectionId, frame });
        return this.outcome(connectionId);
      },
      forget: async (gone) => {
        this.forgetting(gone.connectionId);
        this.forgotten.push(gone);
      },
      clock: () => now,
      onFailure: (...failure) => this.failures.push(failure),
    });
    return broadcast(event, delivery);
  }
}

describe('a broadcast', () => {
  it('reaches everyone in the room once, but for the excepted connection', async () => {
    const room = new Room(subscribers(200));
    await room.broadcast({ except: 'c7' });
    const others = subscribers(200).map(({ connectionId }) => connectionId);
    expect(room.reached).toEqual(others.filter((id) => id !== 'c7').sort());
  });

  it('makes the frame once, the same for all', async () => {
    const stringify = jest.spyOn(JSON, 'stringify');
    const room = new Room(subscribers(3));
    await room.broadcast();
    const made = stringify.mock.calls.length;
    stringify.mockRestore();
    expect(made).toBe(1);
    expect(room.posts.map(({ frame }) => JSON.parse(frame))).toEqual([event, event, event]);
  });

  it('has 64 posts on their way while there are so many to make, and never more', async () => {
    const room = new Room(subscribers(500));
    const waiting: ((outcome: Outcome) => void)[] = [];
    room.outcome = () => new Promise((resolve) => waiting.push(resolve));
    const result = room.broadcast();
    for (let left = 500; left > 0; left -= 64) {
      await settled();
      expect(waiting).toHaveLength(Math.min(64, left));
      for (const answer of waiting.splice(0)) answer('delivered');
    }
    expect(await result).toEqual({ delivered: 500, gone: 0, failed: 0 });
  });

  it('keeps nobody waiting for one who does not answer', async () => {
    const room = new Room(subscribers(500));
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    room.outcome = (connectionId) => (connectionId === 'c0' ? promise : 'delivered');
    const result = room.broadcast();
    await settled();
    expect(room.posts).toHaveLength(500);
    resolve('failed');
    expect(await result).toEqual({ delivered: 499, gone: 0, failed: 1 });
  });

  it('counts what became of each', async () => {
    const room = new Room(subscribers(9));
    const outcomes: Outcome[] = ['delivered', 'delivered', 'delivered', 'gone', 'gone'];
    room.outcome = (connectionId) => outcomes[Number(connectionId.slice(1))] ?? 'failed';
    const tally = await room.broadcast({ except: 'c8' });
    expect(tally).toEqual({ delivered: 3, gone: 2, failed: 3 });
  });

  it('forgets a connection that is gone and had 30 seconds to settle', async () => {
    const old = subscriber('old', 30_000);
    const room = new Room([subscriber('a'), old, subscriber('b')]);
    room.outcome = (connectionId) => (connectionId === 'old' ? 'gone' : 'delivered');
    await room.broadcast();
    expect(room.forgotten).toEqual([old]);
  });

  it('keeps a connection that is so young that its $connect may not have returned', async () => {
    const room = new Room([subscriber('young', 29_999)]);
    room.outcome = () => 'gone';
    expect(await room.broadcast()).toEqual({ delivered: 0, gone: 1, failed: 0 });
    expect(room.forgotten).toEqual([]);
  });

  it('keeps a connection that only failed', async () => {
    const room = new Room([subscriber('old')]);
    room.outcome = () => 'failed';
    await room.broadcast();
    expect(room.forgotten).toEqual([]);
  });

  it('harms nobody by failing to forget, and reports it', async () => {
    const room = new Room([subscriber('stuck'), ...subscribers(100), subscriber('dead')]);
    const cause = new Error('throttled');
    room.outcome = (connectionId) => (connectionId.startsWith('c') ? 'delivered' : 'gone');
    room.forgetting = (connectionId) => {
      if (connectionId === 'stuck') throw cause;
    };
    expect(await room.broadcast()).toEqual({ delivered: 100, gone: 2, failed: 0 });
    expect(room.failures).toEqual([['stuck', cause]]);
    expect(room.forgotten).toEqual([subscriber('dead')]);
  });

  it('throws where the members cannot be read', async () => {
    const unreadable = function* () {
      yield subscriber('a');
      throw new Error('unreadable');
    };
    await expect(new Room(unreadable()).broadcast()).rejects.toThrow('unreadable');
  });
});

describe('a broadcast to a room of up to so many people', () => {
  it('reaches all of them, on however many connections', async () => {
    const twice = subscribers(3).flatMap((one) => [
      one,
      { ...one, connectionId: `${one.connectionId}, again` },
    ]);
    const room = new Room(twice);
    expect(await room.broadcast({ upTo: 3, except: 'c0' })).toMatchObject({ delivered: 5 });
    expect(room.reached).toEqual(['c0, again', 'c1', 'c1, again', 'c2', 'c2, again']);
  });

  it('reaches nobody in a larger one, which it does not read through', async () => {
    const large = function* () {
      yield* subscribers(4);
      throw new Error('read through');
    };
    const room = new Room(large());
    expect(await room.broadcast({ upTo: 3 })).toEqual({ delivered: 0, gone: 0, failed: 0 });
    expect(room.posts).toEqual([]);
  });
});
