import { setImmediate as settled } from 'node:timers/promises';
import { deadline } from '../../../../src/server/lib/deadline.ts';
import {
  BroadcastHarness,
  createConnectionIds,
  createRecipient,
  createRecipients,
} from '../../../helpers/broadcast-harness.ts';
import { failOnDeadline } from '../../../helpers/fakes/faulty-dynamo.ts';

const never = new Promise<never>(() => {});

/** Does this in an invocation that has so much time. */
function runInTime<T>(ms: number, work: () => Promise<T>, signal = new AbortController().signal) {
  const end = performance.now() + ms;
  const remainingMs = () => end - performance.now();
  return deadline.run({ invocation: signal, signal, remainingMs }, work);
}

describe('a slow recipient', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is waited for a second, and then handed over', async () => {
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

  it('leaves no timer behind it, nor does a quick one', async () => {
    await new BroadcastHarness(createRecipients(100)).broadcast();
    const room = new BroadcastHarness(createRecipients(1));
    room.outcome = () => never;
    const result = room.broadcast();
    await jest.advanceTimersByTimeAsync(1_000);
    await result;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is handed over with those whom it kept waiting, and nobody is posted to any more', async () => {
    const room = new BroadcastHarness(createRecipients(100));
    room.outcome = () => never;
    const result = room.broadcast();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await result).toEqual({ delivered: 0, gone: 0, failed: 0, enqueued: 100 });
    expect(room.posts).toHaveLength(64);
    expect(room.enqueued.flat().sort()).toEqual(createConnectionIds(100).sort());
  });

  it('is tried once more in the time that is left, where nobody takes it over', async () => {
    const room = new BroadcastHarness(createRecipients(3));
    room.acceptChunk = () => false;
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
    'is given up by an invocation of %i ms that waits for it %i ms, before the time is over, where nobody takes it over',
    async (wholeMs, waitingMs, endMs, reached) => {
      const room = new BroadcastHarness(createRecipients(3));
      room.acceptChunk = () => false;
      room.outcome = (connectionId) => (connectionId === 'c1' ? never : 'delivered');
      const result = runInTime(wholeMs, () => room.broadcast());
      await jest.advanceTimersByTimeAsync(waitingMs - 1);
      expect(room.postedIds).toEqual(['c0', 'c1', 'c2']);
      await jest.advanceTimersByTimeAsync(endMs - waitingMs + 1);
      expect(await result).toEqual({ delivered: 2, gone: 0, failed: 1, enqueued: 0 });
      expect(room.failures).toEqual([['c1', 'no time left']]);
      expect(room.postedIds).toEqual(reached);
    },
  );

  it('is waited for half of the invocation’s time where that is shorter', async () => {
    const room = new BroadcastHarness(createRecipients(3));
    room.outcome = () => never;
    const result = runInTime(400, () => room.broadcast());
    await jest.advanceTimersByTimeAsync(199);
    expect(room.chunks).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(await result).toMatchObject({ enqueued: 3 });
  });

  it('may be dead: who is not forgotten within the second is handed over too', async () => {
    const room = new BroadcastHarness([
      createRecipient('stuck'),
      createRecipient('dead'),
      createRecipient('alive'),
    ]);
    room.outcome = (connectionId) => (connectionId === 'alive' ? 'delivered' : 'gone');
    room.onEvict = (connectionId) =>
      connectionId === 'stuck'
        ? failOnDeadline().then(() => Promise.reject(new Error('aborted')))
        : undefined;
    const result = room.broadcast();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await result).toEqual({ delivered: 1, gone: 1, failed: 0, enqueued: 1 });
    expect(room.enqueued).toEqual([['stuck']]);
    expect(room.failures).toEqual([]);
  });

  it('keeps nobody waiting who is handed over where a broadcast is a part of another one', async () => {
    const inner = new BroadcastHarness(createRecipients(2));
    inner.outcome = (connectionId) => (connectionId === 'c1' ? never : 'delivered');
    const outer = new BroadcastHarness([createRecipient('dead')]);
    outer.outcome = () => 'gone';
    outer.onEvict = async () => {
      await inner.broadcast();
    };
    const result = outer.broadcast();
    await jest.advanceTimersByTimeAsync(1_000);
    await result;
    expect(inner.enqueued).toEqual([['c1']]);
  });
});

describe('a broadcast behind an answer', () => {
  it('posts nothing and hands nothing over', async () => {
    const room = new BroadcastHarness(createRecipients(100));
    room.outcome = () => never;
    const answered = new AbortController();
    const result = runInTime(28_000, () => room.broadcast(), answered.signal);
    await settled();
    const begun = room.posts.length;
    answered.abort();
    await result;
    expect(room.posts).toHaveLength(begun);
    expect(room.chunks).toEqual([]);
  });
});
