import { setImmediate as flush } from 'node:timers/promises';
import type { Event } from '../../../../schemas/index.ts';
import type { EvictAll } from '../../../../src/server/delivery/deliver.ts';
import type { DeliveryOutcome } from '../../../../src/server/delivery/post-to-connection.ts';
import {
  BroadcastHarness,
  createConnectionIds,
  createRecipient,
  createRecipients,
  messageEvent,
  typingEvent,
} from '../../../helpers/broadcast-harness.ts';

const { from } = typingEvent;

describe('createBroadcast', () => {
  it('delivers once to each connection of the room except the excluded one', async () => {
    const room = new BroadcastHarness(createRecipients(200));
    await room.broadcast({ exclude: 'c7' });
    expect(room.postedIds).toEqual(
      createConnectionIds(200)
        .filter((id) => id !== 'c7')
        .sort(),
    );
  });

  it('creates one payload for all recipients', async () => {
    const stringify = jest.spyOn(JSON, 'stringify');
    const room = new BroadcastHarness(createRecipients(3));
    await room.broadcast();
    const callCount = stringify.mock.calls.length;
    stringify.mockRestore();
    expect(callCount).toBe(1);
    const [first] = room.posts;
    expect(room.posts.map(({ payload }) => payload === first?.payload)).toEqual([true, true, true]);
    expect(JSON.parse(String(first?.payload.bytes))).toEqual(typingEvent);
  });

  it('posts to up to 64 recipients at the same time', async () => {
    const room = new BroadcastHarness(createRecipients(500));
    const pending: ((outcome: DeliveryOutcome) => void)[] = [];
    room.outcome = () => new Promise((resolve) => pending.push(resolve));
    const result = room.broadcast();
    for (let left = 500; left > 0; left -= 64) {
      await flush();
      expect(pending).toHaveLength(Math.min(64, left));
      for (const respond of pending.splice(0)) respond('delivered');
    }
    expect(await result).toEqual({ delivered: 500, gone: 0, failed: 0, enqueued: 0 });
  });

  it('delivers to all others while one recipient does not respond', async () => {
    const room = new BroadcastHarness(createRecipients(500));
    const { promise, resolve } = Promise.withResolvers<DeliveryOutcome>();
    room.outcome = (connectionId) => (connectionId === 'c0' ? promise : 'delivered');
    const result = room.broadcast();
    await flush();
    expect(room.posts).toHaveLength(500);
    resolve('failed');
    expect(await result).toMatchObject({ delivered: 499, failed: 1 });
  });

  it('counts the outcomes of all deliveries', async () => {
    const room = new BroadcastHarness(createRecipients(9));
    const outcomes: DeliveryOutcome[] = ['delivered', 'delivered', 'delivered', 'gone', 'gone'];
    room.outcome = (connectionId) => outcomes[Number(connectionId.slice(1))] ?? 'failed';
    const result = await room.broadcast({ exclude: 'c8' });
    expect(result).toEqual({ delivered: 3, gone: 2, failed: 3, enqueued: 0 });
    expect(room.chunks).toEqual([]);
  });

  it('evicts the connections that are gone 30 seconds after their connect, all at once', async () => {
    const old = createRecipient('old', 30_000);
    const older = createRecipient('older', 31_000);
    const room = new BroadcastHarness([createRecipient('a'), old, createRecipient('b'), older]);
    room.outcome = (connectionId) => (connectionId.startsWith('old') ? 'gone' : 'delivered');
    const evict = jest.fn<ReturnType<EvictAll>, Parameters<EvictAll>>(async () => []);
    room.onEvict = evict;
    const result = await room.broadcast({}, messageEvent);
    expect(result).toEqual({ delivered: 2, gone: 2, failed: 0, enqueued: 0 });
    expect(evict.mock.calls).toEqual([[[old, older], 4, expect.any(AbortSignal)]]);
  });

  it.each<[string, Event]>([
    ['joined', { type: 'joined', room: 'lobby', from }],
    ['left', { type: 'left', room: 'lobby', from }],
    ['typing', typingEvent],
    ['read', { type: 'read', room: 'lobby', from, seq: 1 }],
  ])('evicts no connection by the delivery of %s', async (_type, event) => {
    const room = new BroadcastHarness([createRecipient('old')]);
    room.outcome = () => 'gone';
    expect(await room.broadcast({}, event)).toMatchObject({ gone: 1, enqueued: 0 });
    expect(room.evicted).toEqual([]);
  });

  it('keeps a connection that is gone while its $connect may not have returned', async () => {
    const room = new BroadcastHarness([createRecipient('young', 29_999)]);
    room.outcome = () => 'gone';
    expect(await room.broadcast({}, messageEvent)).toMatchObject({ gone: 1 });
    expect(room.evicted).toEqual([]);
  });

  it('keeps a connection if a delivery to it fails', async () => {
    const room = new BroadcastHarness([createRecipient('old')]);
    room.outcome = () => 'failed';
    await room.broadcast({}, messageEvent);
    expect(room.evicted).toEqual([]);
  });

  it('posts nothing to connections that are known to be dead', async () => {
    const room = new BroadcastHarness(createRecipients(4));
    await room.broadcast({ exclude: 'c0', dead: new Set(['c1', 'c3']) });
    expect(room.postedIds).toEqual(['c2']);
  });

  it('throws if it cannot read the members', async () => {
    const room = new BroadcastHarness(async function* () {
      yield [createRecipient('a')];
      throw new Error('unreadable');
    });
    await expect(room.broadcast()).rejects.toThrow('unreadable');
  });
});

describe('createBroadcast, limited to rooms of some members', () => {
  /** Creates users with two connections each. */
  const createUsers = (count: number) =>
    createRecipients(count).flatMap((recipient) => [
      recipient,
      { ...recipient, connectionId: `${recipient.connectionId}, again` },
    ]);

  it('delivers to all connections of the members', async () => {
    const room = new BroadcastHarness(createUsers(3));
    expect(await room.broadcast({ maxMembers: 3, exclude: 'c0' })).toMatchObject({ delivered: 5 });
    expect(room.postedIds).toEqual(['c0, again', 'c1', 'c1, again', 'c2', 'c2, again']);
  });

  it('delivers nothing in a larger room, and does not read all of it', async () => {
    const room = new BroadcastHarness(async function* () {
      yield createRecipients(4);
      throw new Error('read too far');
    });
    expect(await room.broadcast({ maxMembers: 3 })).toMatchObject({ delivered: 0, enqueued: 0 });
    expect(room.posts).toEqual([]);
  });

  it('enqueues the members if they have more connections than the threshold', async () => {
    const room = new BroadcastHarness(createUsers(3), 4);
    expect(await room.broadcast({ maxMembers: 3, exclude: 'c0' })).toMatchObject({ enqueued: 5 });
    expect(room.enqueued).toEqual([['c0, again', 'c1', 'c1, again', 'c2'], ['c2, again']]);
  });
});
