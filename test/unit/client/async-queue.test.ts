import { neverAborts } from '../../../src/client/async.ts';
import { AsyncQueue } from '../../../src/client/async-queue.ts';
import { CurrentConnection } from '../../../src/client/current-connection.ts';
import { flush, observe } from './setup.ts';

const noReplacement = () => {
  throw new Error('too many');
};

function createQueue() {
  const onEnd = jest.fn();
  const queue = new AsyncQueue<number>(onEnd);
  const push = (...items: number[]) => {
    for (const item of items) queue.push(item, noReplacement);
  };
  return { queue: queue, push, onEnd };
}

describe('a stream', () => {
  it('gives in order what was pushed before and after it was asked for', async () => {
    const { queue: subject, push } = createQueue();
    push(1, 2);
    const three = [subject.next(), subject.next(), subject.next()];
    push(3);
    expect(await Promise.all(three)).toEqual([1, 2, 3].map((value) => ({ value, done: false })));
  });

  it('gives what it keeps after its end, and ends then', async () => {
    const { queue: subject, push, onEnd } = createQueue();
    push(1, 2);
    subject.end();
    const taken: number[] = [];
    for await (const item of subject) taken.push(item);
    expect(taken).toEqual([1, 2]);
    expect(onEnd).toHaveBeenCalled();
  });

  it('throws, after what it keeps, why it ended', async () => {
    const { queue: subject, push } = createQueue();
    push(1);
    const why = new Error('why');
    subject.end(why);
    expect(await subject.next()).toEqual({ value: 1, done: false });
    await expect(subject.next()).rejects.toBe(why);
  });

  it('wakes one who waits when it ends', async () => {
    const { queue: subject } = createQueue();
    const waiting = subject.next();
    subject.end();
    expect(await waiting).toEqual({ value: undefined, done: true });
  });

  it('is over for one who breaks out, who tells so', async () => {
    const { queue: subject, push, onEnd } = createQueue();
    push(1, 2);
    for await (const _ of subject) break;
    expect(onEnd).toHaveBeenCalledTimes(1);
    expect(await subject.next()).toEqual({ value: undefined, done: true });
  });

  it('keeps no more than ten thousand: one stands for all of them then', async () => {
    const subject = new AsyncQueue<number>(() => {});
    const collapse = (kept: readonly number[]) => kept.length * 1_000_000;
    for (let item = 0; item < 10_001; item += 1) subject.push(item, collapse);
    subject.push(7, collapse);
    expect(await subject.next()).toEqual({ value: 10_001_000_000, done: false });
    expect(await subject.next()).toEqual({ value: 7, done: false });
  });

  it('tells when less is kept, and when nothing will be taken', async () => {
    const { queue: subject, push } = createQueue();
    push(1, 2, 3);
    const two = observe(subject.waitBelow(2));
    const none = observe(subject.waitBelow(0));
    await flush();
    expect(two.isSettled).toBe(false);
    await subject.next();
    await flush();
    expect([two.isSettled, none.isSettled]).toEqual([true, false]);
    await subject.return();
    await flush();
    expect(none.isSettled).toBe(true);
  });
});

describe('the latest', () => {
  const createController = () => new AbortController();
  const createCurrent = (...controllers: AbortController[]) => {
    const current = new CurrentConnection<{ readonly ended: AbortSignal }>();
    for (const { signal } of controllers) current.set({ ended: signal });
    return current;
  };

  it('is the one that there is, or the next one', async () => {
    const current = createCurrent();
    const [first, second] = [
      { ended: createController().signal },
      { ended: createController().signal },
    ];
    const waiting = current.get(neverAborts);
    current.set(first);
    expect(await waiting).toBe(first);
    current.set(second);
    expect(await current.get(neverAborts)).toBe(second);
  });

  it('is none that has ended, whatever was before it', async () => {
    const [first, second] = [createController(), createController()];
    const current = createCurrent(first, second);
    second.abort();
    const waiting = observe(current.get(neverAborts));
    await flush();
    expect(waiting.isSettled).toBe(false);
    const third = { ended: createController().signal };
    current.set(third);
    await flush();
    expect(waiting.value).toBe(third);
  });

  it('is no more after its end, whatever is set', async () => {
    for (const current of [createCurrent(), createCurrent(createController())]) {
      current.end('why');
      current.set({ ended: createController().signal });
      await expect(current.get(neverAborts)).rejects.toBe('why');
      current.set({ ended: AbortSignal.abort() });
      await expect(current.get(neverAborts)).rejects.toBe('why');
    }
  });

  it('is not waited for after an abort', async () => {
    const abort = new AbortController();
    const waiting = createCurrent().get(abort.signal);
    abort.abort('enough');
    await expect(waiting).rejects.toBe('enough');
  });
});
