import { setImmediate as settled } from 'node:timers/promises';
import type { DeliveryOutcome } from '../../../../src/server/delivery/post-to-connection.ts';
import {
  BroadcastHarness,
  createConnectionIds,
  createRecipient,
  createRecipients,
  typingEvent,
} from '../../../helpers/broadcast-harness.ts';

describe('a broadcast', () => {
  it('reaches everyone in the room once, but for the excepted connection', async () => {
    const room = new BroadcastHarness(createRecipients(200));
    await room.broadcast({ exclude: 'c7' });
    expect(room.postedIds).toEqual(
      createConnectionIds(200)
        .filter((id) => id !== 'c7')
        .sort(),
    );
  });

  it('makes the payload once, the same for all', async () => {
    const stringify = jest.spyOn(JSON, 'stringify');
    const room = new BroadcastHarness(createRecipients(3));
    await room.broadcast();
    const made = stringify.mock.calls.length;
    stringify.mockRestore();
    expect(made).toBe(1);
    const [first] = room.posts;
    expect(room.posts.map(({ payload }) => payload === first?.payload)).toEqual([true, true, true]);
    expect(JSON.parse(String(first?.payload.bytes))).toEqual(typingEvent);
  });

  it('has 64 posts on their way while there are so many to make, and never more', async () => {
    const room = new BroadcastHarness(createRecipients(500));
    const waiting: ((outcome: DeliveryOutcome) => void)[] = [];
    room.outcome = () => new Promise((resolve) => waiting.push(resolve));
    const result = room.broadcast();
    for (let left = 500; left > 0; left -= 64) {
      await settled();
      expect(waiting).toHaveLength(Math.min(64, left));
      for (const answer of waiting.splice(0)) answer('delivered');
    }
    expect(await result).toEqual({ delivered: 500, gone: 0, failed: 0, enqueued: 0 });
  });

  it('keeps nobody waiting for one who does not answer', async () => {
    const room = new BroadcastHarness(createRecipients(500));
    const { promise, resolve } = Promise.withResolvers<DeliveryOutcome>();
    room.outcome = (connectionId) => (connectionId === 'c0' ? promise : 'delivered');
    const result = room.broadcast();
    await settled();
    expect(room.posts).toHaveLength(500);
    resolve('failed');
    expect(await result).toMatchObject({ delivered: 499, failed: 1 });
  });

  it('counts what became of each', async () => {
    const room = new BroadcastHarness(createRecipients(9));
    const outcomes: DeliveryOutcome[] = ['delivered', 'delivered', 'delivered', 'gone', 'gone'];
    room.outcome = (connectionId) => outcomes[Number(connectionId.slice(1))] ?? 'failed';
    const tally = await room.broadcast({ exclude: 'c8' });
    expect(tally).toEqual({ delivered: 3, gone: 2, failed: 3, enqueued: 0 });
    expect(room.chunks).toEqual([]);
  });

  it('forgets a connection that is gone and had 30 seconds to settle', async () => {
    const old = createRecipient('old', 30_000);
    const room = new BroadcastHarness([createRecipient('a'), old, createRecipient('b')]);
    room.outcome = (connectionId) => (connectionId === 'old' ? 'gone' : 'delivered');
    await room.broadcast();
    expect(room.evicted).toEqual([old]);
  });

  it('keeps a connection that is so young that its $connect may not have returned', async () => {
    const room = new BroadcastHarness([createRecipient('young', 29_999)]);
    room.outcome = () => 'gone';
    expect(await room.broadcast()).toMatchObject({ gone: 1 });
    expect(room.evicted).toEqual([]);
  });

  it('keeps a connection that only failed', async () => {
    const room = new BroadcastHarness([createRecipient('old')]);
    room.outcome = () => 'failed';
    await room.broadcast();
    expect(room.evicted).toEqual([]);
  });

  it('harms nobody by failing to forget, and reports it', async () => {
    const room = new BroadcastHarness([
      createRecipient('stuck'),
      ...createRecipients(100),
      createRecipient('dead'),
    ]);
    const cause = new Error('throttled');
    room.outcome = (connectionId) => (connectionId.startsWith('c') ? 'delivered' : 'gone');
    room.onEvict = (connectionId) => {
      if (connectionId === 'stuck') throw cause;
    };
    expect(await room.broadcast()).toEqual({ delivered: 100, gone: 2, failed: 0, enqueued: 0 });
    expect(room.failures).toEqual([['stuck', cause]]);
    expect(room.evicted).toEqual([createRecipient('dead')]);
  });

  it('throws where the members cannot be read', async () => {
    const room = new BroadcastHarness(async function* () {
      yield [createRecipient('a')];
      throw new Error('unreadable');
    });
    await expect(room.broadcast()).rejects.toThrow('unreadable');
  });
});

describe('a broadcast to a room of up to so many people', () => {
  /** Everyone on two connections. */
  const twice = (count: number) =>
    createRecipients(count).flatMap((one) => [
      one,
      { ...one, connectionId: `${one.connectionId}, again` },
    ]);

  it('reaches all of them, on however many connections', async () => {
    const room = new BroadcastHarness(twice(3));
    expect(await room.broadcast({ maxMembers: 3, exclude: 'c0' })).toMatchObject({ delivered: 5 });
    expect(room.postedIds).toEqual(['c0, again', 'c1', 'c1, again', 'c2', 'c2, again']);
  });

  it('reaches nobody in a larger one, which it does not read through', async () => {
    const room = new BroadcastHarness(async function* () {
      yield createRecipients(4);
      throw new Error('read through');
    });
    expect(await room.broadcast({ maxMembers: 3 })).toMatchObject({ delivered: 0, enqueued: 0 });
    expect(room.posts).toEqual([]);
  });

  it('hands them over where they have more connections than the threshold', async () => {
    const room = new BroadcastHarness(twice(3), 4);
    expect(await room.broadcast({ maxMembers: 3, exclude: 'c0' })).toMatchObject({ enqueued: 5 });
    expect(room.enqueued).toEqual([['c0, again', 'c1', 'c1, again', 'c2'], ['c2, again']]);
  });
});
