import { AsyncQueue } from '../../../src/client/async-queue.ts';
import { flush, observe } from './setup.ts';

const noCollapse = () => {
  throw new Error('The queue overflows.');
};

function createQueue() {
  const onEnd = jest.fn();
  const queue = new AsyncQueue<number>(onEnd);
  const push = (...items: number[]) => {
    for (const item of items) queue.push(item, noCollapse);
  };
  return { queue, push, onEnd };
}

describe('AsyncQueue', () => {
  it('yields items in order, pushed before or after the call of next', async () => {
    const { queue, push } = createQueue();
    push(1, 2);
    const results = [queue.next(), queue.next(), queue.next()];
    push(3);
    expect(await Promise.all(results)).toEqual([1, 2, 3].map((value) => ({ value, done: false })));
  });

  it('yields the items it holds after its end, then ends', async () => {
    const { queue, push, onEnd } = createQueue();
    push(1, 2);
    queue.end();
    const taken: number[] = [];
    for await (const item of queue) taken.push(item);
    expect(taken).toEqual([1, 2]);
    expect(onEnd).toHaveBeenCalled();
  });

  it('throws the error of its end after the items it holds', async () => {
    const { queue, push } = createQueue();
    push(1);
    const error = new Error('why');
    queue.end(error);
    expect(await queue.next()).toEqual({ value: 1, done: false });
    await expect(queue.next()).rejects.toBe(error);
  });

  it('wakes a waiting reader when it ends', async () => {
    const { queue } = createQueue();
    const waiting = queue.next();
    queue.end();
    expect(await waiting).toEqual({ value: undefined, done: true });
  });

  it('ends when its loop breaks, and calls back once', async () => {
    const { queue, push, onEnd } = createQueue();
    push(1, 2);
    for await (const _ of queue) break;
    expect(onEnd).toHaveBeenCalledTimes(1);
    expect(await queue.next()).toEqual({ value: undefined, done: true });
  });

  it('collapses its items into one item above ten thousand', async () => {
    const queue = new AsyncQueue<number>(() => {});
    const collapse = (items: readonly number[]) => items.length * 1_000_000;
    for (let item = 0; item < 10_001; item += 1) queue.push(item, collapse);
    queue.push(7, collapse);
    expect(await queue.next()).toEqual({ value: 10_001_000_000, done: false });
    expect(await queue.next()).toEqual({ value: 7, done: false });
  });

  it('resolves waitBelow when it holds few enough items, and when it ends', async () => {
    const { queue, push } = createQueue();
    push(1, 2, 3);
    const belowTwo = observe(queue.waitBelow(2));
    const belowZero = observe(queue.waitBelow(0));
    await flush();
    expect(belowTwo.isSettled).toBe(false);
    await queue.next();
    await flush();
    expect([belowTwo.isSettled, belowZero.isSettled]).toEqual([true, false]);
    await queue.return();
    await flush();
    expect(belowZero.isSettled).toBe(true);
  });
});
