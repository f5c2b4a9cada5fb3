import { setImmediate as flush } from 'node:timers/promises';
import { deadline } from '../../../../src/server/lib/deadline.ts';
import {
  BroadcastHarness,
  createConnectionIds,
  createRecipient,
  createRecipients,
  messageEvent,
} from '../../../helpers/broadcast-harness.ts';
import { failOnDeadline } from '../../../helpers/fakes/fake-delivery.ts';

const never = new Promise<never>(() => {});

/** Runs a task in an invocation with a remaining time, in milliseconds. */
function runInInvocation<T>(
  timeMs: number,
  task: () => Promise<T>,
  signal = new AbortController().signal,
) {
  const end = performance.now() + timeMs;
  const remainingMs = () => end - performance.now();
  return deadline.run({ invocation: signal, signal, remainingMs }, task);
}

describe('createBroadcast', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('[SEC-052] waits for a slow recipient for a second, and then enqueues it', async () => {
    const room = new BroadcastHarness(createRecipients(100));
    room.outcome = (connectionId) => (connectionId === 'c3' ? never : 'delivered');
    const result = room.broadcast();
    await jest.advanceTimersByTimeAsync(999);
    expect(room.chunks).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(await result).toEqual({ delivered: 99, gone: 0, failed: 0, enqueued: 1 });
    expect(room.enqueued).toEqual([['c3']]);
    expect(room.failures).toEqual([]);
  });

  it('leaves no timer behind, after quick and slow recipients', async () => {
    await new BroadcastHarness(createRecipients(100)).broadcast();
    const room = new BroadcastHarness(createRecipients(1));
    room.outcome = () => never;
    const result = room.broadcast();
    await jest.advanceTimersByTimeAsync(1_000);
    await result;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('enqueues all recipients behind slow ones, and posts no more after the second', async () => {
    const room = new BroadcastHarness(createRecipients(100));
    room.outcome = () => never;
    const result = room.broadcast();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await result).toEqual({ delivered: 0, gone: 0, failed: 0, enqueued: 100 });
    expect(room.posts).toHaveLength(64);
    expect(room.enqueued.flat().sort()).toEqual(createConnectionIds(100).sort());
  });

  it('posts to a slow recipient once more in the remaining time if the queue rejects it', async () => {
    const room = new BroadcastHarness(createRecipients(3));
    room.queue = () => 'rejected';
    room.outcome = () => (room.posts.length === 1 ? never : 'delivered');
    const result = room.broadcast();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await result).toEqual({ delivered: 3, gone: 0, failed: 0, enqueued: 0 });
    expect(room.postedIds).toEqual(['c0', 'c0', 'c1', 'c2']);
  });

  it.each([
    [1_200, 600, 1_000, ['c0', 'c1', 'c1', 'c2']],
    [400, 200, 200, ['c0', 'c1', 'c2']],
  ])(
    'gives up a slow recipient before an invocation of %i ms is over, after %i ms and a rejected chunk',
    async (invocationMs, waitMs, endMs, posted) => {
      const room = new BroadcastHarness(createRecipients(3));
      room.queue = () => 'rejected';
      room.outcome = (connectionId) => (connectionId === 'c1' ? never : 'delivered');
      const result = runInInvocation(invocationMs, () => room.broadcast());
      await jest.advanceTimersByTimeAsync(waitMs - 1);
      expect(room.postedIds).toEqual(['c0', 'c1', 'c2']);
      await jest.advanceTimersByTimeAsync(endMs - waitMs + 1);
      expect(await result).toEqual({ delivered: 2, gone: 0, failed: 1, enqueued: 0 });
      expect(room.failures).toEqual([['c1', 'no time left']]);
      expect(room.postedIds).toEqual(posted);
    },
  );

  it('waits for half of the invocation’s remaining time if that is shorter', async () => {
    const room = new BroadcastHarness(createRecipients(3));
    room.outcome = () => never;
    const result = runInInvocation(400, () => room.broadcast());
    await jest.advanceTimersByTimeAsync(199);
    expect(room.chunks).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(await result).toMatchObject({ enqueued: 3 });
  });

  it('enqueues the dead recipients that it cannot evict within the second', async () => {
    const [stuck, dead] = [createRecipient('stuck'), createRecipient('dead')];
    const room = new BroadcastHarness([stuck, dead, createRecipient('alive')]);
    room.outcome = (connectionId) => (connectionId === 'alive' ? 'delivered' : 'gone');
    room.onEvict = () => failOnDeadline().then(() => [stuck]);
    const result = room.broadcast({}, messageEvent);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await result).toEqual({ delivered: 1, gone: 1, failed: 0, enqueued: 1 });
    expect(room.enqueued).toEqual([['stuck']]);
    expect(room.failures).toEqual([]);
  });

  it('enqueues the slow recipients of a broadcast that an eviction in another broadcast caused', async () => {
    const inner = new BroadcastHarness(createRecipients(2));
    inner.outcome = (connectionId) => (connectionId === 'c1' ? never : 'delivered');
    const outer = new BroadcastHarness([createRecipient('dead')]);
    outer.outcome = () => 'gone';
    outer.onEvict = async () => {
      await inner.broadcast();
      return [];
    };
    const result = outer.broadcast({}, messageEvent);
    await jest.advanceTimersByTimeAsync(1_000);
    await result;
    expect(inner.enqueued).toEqual([['c1']]);
  });
});

describe('createBroadcast, after the response', () => {
  it('neither posts nor enqueues', async () => {
    const room = new BroadcastHarness(createRecipients(100));
    room.outcome = () => never;
    const responded = new AbortController();
    const result = runInInvocation(28_000, () => room.broadcast(), responded.signal);
    await flush();
    const startedCount = room.posts.length;
    responded.abort();
    await result;
    expect(room.posts).toHaveLength(startedCount);
    expect(room.chunks).toEqual([]);
  });
});
