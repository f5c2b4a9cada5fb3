import { never } from '../../../src/client/async.ts';
import { Stream } from '../../../src/client/async-queue.ts';
import { Latest } from '../../../src/client/current-connection.ts';
import { settle, watch } from './setup.ts';

const noReplacement = () => {
  throw new Error('too many');
};

function stream() {
  const onEnd = jest.fn();
  const made = new Stream<number>(onEnd);
  const push = (...items: number[]) => {
    for (const item of items) made.push(item, noReplacement);
  };
  return { stream: made, push, onEnd };
}

describe('a stream', () => {
  it('gives in order what was pushed before and after it was asked for', async () => {
    const { stream: subject, push } = stream();
    push(1, 2);
    const three = [subject.next(), subject.next(), subject.next()];
    push(3);
    expect(await Promise.all(three)).toEqual([1, 2, 3].map((value) => ({ value, done: false })));
  });

  it('gives what it keeps after its end, and ends then', async () => {
    const { stream: subject, push, onEnd } = stream();
    push(1, 2);
    subject.end();
    const taken: number[] = [];
    for await (const item of subject) taken.push(item);
    expect(taken).toEqual([1, 2]);
    expect(onEnd).toHaveBeenCalled();
  });

  it('throws, after what it keeps, why it ended', async () => {
    const { stream: subject, push } = stream();
    push(1);
    const why = new Error('why');
    subject.end(why);
    expect(await subject.next()).toEqual({ value: 1, done: false });
    await expect(subject.next()).rejects.toBe(why);
  });

  it('wakes one who waits when it ends', async () => {
    const { stream: subject } = stream();
    const waiting = subject.next();
    subject.end();
    expect(await waiting).toEqual({ value: undefined, done: true });
  });

  it('is over for one who breaks out, who tells so', async () => {
    const { stream: subject, push, onEnd } = stream();
    push(1, 2);
    for await (const _ of subject) break;
    expect(onEnd).toHaveBeenCalledTimes(1);
    expect(await subject.next()).toEqual({ value: undefined, done: true });
  });

  it('keeps no more than ten thousand: one stands for all of them then', async () => {
    const subject = new Stream<number>(() => {});
    const instead = (kept: readonly number[]) => kept.length * 1_000_000;
    for (let item = 0; item < 10_001; item += 1) subject.push(item, instead);
    subject.push(7, instead);
    expect(await subject.next()).toEqual({ value: 10_001_000_000, done: false });
    expect(await subject.next()).toEqual({ value: 7, done: false });
  });

  it('tells when less is kept, and when nothing will be taken', async () => {
    const { stream: subject, push } = stream();
    push(1, 2, 3);
    const two = watch(subject.below(2));
    const none = watch(subject.below(0));
    await settle();
    expect(two.isSettled).toBe(false);
    await subject.next();
    await settle();
    expect([two.isSettled, none.isSettled]).toEqual([true, false]);
    await subject.return();
    await settle();
    expect(none.isSettled).toBe(true);
  });
});

describe('the latest', () => {
  const one = () => new AbortController();
  const latestOf = (...ones: AbortController[]) => {
    const latest = new Latest<{ readonly ended: AbortSignal }>();
    for (const { signal } of ones) latest.set({ ended: signal });
    return latest;
  };

  it('is the one that there is, or the next one', async () => {
    const latest = latestOf();
    const [first, second] = [{ ended: one().signal }, { ended: one().signal }];
    const waiting = latest.get(never);
    latest.set(first);
    expect(await waiting).toBe(first);
    latest.set(second);
    expect(await latest.get(never)).toBe(second);
  });

  it('is none that has ended, whatever was before it', async () => {
    const [first, second] = [one(), one()];
    const latest = latestOf(first, second);
    second.abort();
    const waiting = watch(latest.get(never));
    await settle();
    expect(waiting.isSettled).toBe(false);
    const third = { ended: one().signal };
    latest.set(third);
    await settle();
    expect(waiting.value).toBe(third);
  });

  it('is no more after its end, whatever is set', async () => {
    for (const latest of [latestOf(), latestOf(one())]) {
      latest.end('why');
      latest.set({ ended: one().signal });
      await expect(latest.get(never)).rejects.toBe('why');
      latest.set({ ended: AbortSignal.abort() });
      await expect(latest.get(never)).rejects.toBe('why');
    }
  });

  it('is not waited for after an abort', async () => {
    const abort = new AbortController();
    const waiting = latestOf().get(abort.signal);
    abort.abort('enough');
    await expect(waiting).rejects.toBe('enough');
  });
});
