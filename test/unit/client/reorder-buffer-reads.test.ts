import { BufferHarness, createEvent, start } from './buffer-harness.ts';
import { range } from './server-log.ts';

/** How much later another event must have been sent to prove that an event was old, in milliseconds. */
const oldAfterMs = 150_000;

/** Creates a buffer that has drained 1 and the event above a gap, and lacks the ones in between. */
function withGap(above: number) {
  const harness = new BufferHarness();
  harness.push(0, 1, above);
  harness.applyPage(200, 0, [1, above]);
  expect(harness.drain(2_000)).toEqual([1, above]);
  return harness;
}

/** Creates a page of a log up to `seq`, with events that were sent at these times since `start`. */
const createPage = (sentAt: Readonly<Record<number, number>>, seq: number) => ({
  events: Object.entries(sentAt).map(([key, at]) => createEvent(Number(key), start + at)),
  more: false,
  seq,
});

describe('ReorderBuffer.push', () => {
  it('takes neither an early nor an old event as late', () => {
    const harness = new BufferHarness(10);
    expect(harness.push(0, 12, 10, 9)).toEqual([]);
    expect(harness.drain(0)).toEqual([]);
  });

  it('takes each event of a gap once, in any order', () => {
    const harness = withGap(7);
    expect(harness.push(3_000, 4, 4)).toEqual([4]);
    expect(harness.buffer.after).toBe(1);
    expect(harness.push(3_000, 2, 3, 2)).toEqual([2, 3]);
    expect(harness.buffer.after).toBe(4);
    expect(harness.push(3_000, 6, 5)).toEqual([6, 5]);
    expect(harness.buffer.after).toBe(7);
  });

  it('holds a thousand early events, and drops the highest ones', () => {
    const harness = new BufferHarness();
    harness.push(0, ...range(2, 1_101));
    harness.push(0, 1);
    expect(harness.drain(0)).toEqual(range(1, 1_000));
  });
});

describe('ReorderBuffer.want', () => {
  it('asks for the log below a missing event, once', () => {
    const { buffer } = withGap(3);
    buffer.want(2);
    expect(buffer.takeWanted()).toBe(1);
    expect(buffer.takeWanted()).toBeUndefined();
  });

  it('asks for the log from the lowest of several events', () => {
    const { buffer } = withGap(5);
    for (const seq of [9, 3, 4]) buffer.want(seq);
    expect(buffer.takeWanted()).toBe(2);
  });

  it.each([4, 7])('asks for the log after what is delivered, for the later event %i', (seq) => {
    const { buffer } = withGap(3);
    buffer.want(seq);
    expect(buffer.takeWanted()).toBe(3);
  });

  it('asks for no event that was delivered, is buffered or has come since', () => {
    const harness = withGap(3);
    harness.push(2_000, 5);
    for (const seq of [1, 3, 5, 2, 6]) harness.buffer.want(seq);
    harness.push(2_000, 2, 6);
    expect(harness.buffer.takeWanted()).toBeUndefined();
  });

  it('asks for no event before the start of the subscription', () => {
    const { buffer } = new BufferHarness(10, true);
    buffer.want(9);
    expect(buffer.takeWanted()).toBeUndefined();
  });

  it('asks for the events that a full buffer drops, and only for those', () => {
    const harness = new BufferHarness();
    harness.push(0, ...range(2, 1_000));
    expect(harness.buffer.takeWanted()).toBeUndefined();
    harness.push(0, 1_001);
    expect(harness.buffer.takeWanted()).toBe(0);
  });
});

describe('ReorderBuffer.applyPage: early events', () => {
  it('keeps an event beyond the page', () => {
    const harness = new BufferHarness();
    harness.push(0, 8);
    harness.applyPage(100, 0, [1], true);
    harness.push(200, ...range(2, 7));
    expect(harness.drain(200)).toEqual(range(1, 8));
  });

  it.each([200, 201])('keeps an event that came %i ms after the request', (at) => {
    const harness = new BufferHarness();
    harness.push(at, 2);
    harness.applyPage(200, 0, []);
    harness.push(300, 1);
    expect(harness.drain(300)).toEqual([1, 2]);
  });
});

describe('ReorderBuffer.applyPage: gaps', () => {
  it.each([2, 3])('stay open if the page begins after the seq %i', (after) => {
    const harness = withGap(3);
    harness.applyPage(60_000, after, [4]);
    expect(harness.buffer.after).toBe(1);
  });

  it('are not read again by the page after an empty one', () => {
    expect(withGap(3).applyPage(5_000, 2, [])).toBe(3);
  });

  it('are skipped if the log was read thirty seconds after the next event came', () => {
    for (const [at, after] of [
      [29_999, 1],
      [30_000, 3],
    ] as const) {
      const harness = new BufferHarness();
      harness.push(0, 3);
      harness.applyPage(at, 0, [1, 3]);
      expect(harness.drain(60_000)).toEqual([1, 3]);
      expect(harness.buffer.after).toBe(after);
    }
  });
});

describe('ReorderBuffer.applyPage: gaps of an old log', () => {
  /** Creates a buffer that lacks 1. The log ended at this seq when it was read. */
  function withOldGap(logEnd: number) {
    const harness = new BufferHarness();
    harness.applyLogPage(0, 0, createPage({ 2: 0 }, logEnd));
    expect(harness.drain(2_000)).toEqual([2]);
    expect(harness.buffer.after).toBe(0);
    return harness;
  }

  it('close by a page that reads them and proves that they are old', () => {
    const harness = withOldGap(2);
    harness.applyLogPage(3_000, 0, createPage({ 2: 0, 3: oldAfterMs + 1 }, 3));
    expect(harness.buffer.after).toBe(2);
  });

  it('stay open if the proof was written after they were read', () => {
    const harness = withOldGap(2);
    harness.applyLogPage(3_000, 2, createPage({ 3: oldAfterMs + 1 }, 3));
    expect(harness.buffer.after).toBe(0);
  });

  it('close by the first of two events that were sent at the same time', () => {
    const harness = withOldGap(3);
    harness.applyLogPage(3_000, 2, createPage({ 3: oldAfterMs + 1, 4: oldAfterMs + 1 }, 4));
    expect(harness.buffer.after).toBe(2);
  });

  it('are skipped by the newest event, even if a later one was sent earlier', () => {
    const harness = new BufferHarness();
    harness.applyLogPage(0, 0, createPage({ 2: 0, 3: oldAfterMs + 1, 4: 0 }, 4));
    expect(harness.drain(0)).toEqual([2, 3, 4]);
    expect(harness.buffer.after).toBe(4);
  });
});

describe('ReorderBuffer.nextCheck', () => {
  it('is the earliest of all early events', () => {
    const harness = new BufferHarness();
    harness.push(0, 5);
    harness.push(100, 4);
    expect(harness.nextCheck).toEqual({ at: 200, missing: 1 });
    harness.applyPage(200, 0, [4, 5]);
    harness.push(300, 3);
    expect(harness.nextCheck).toEqual({ at: 500, missing: 1 });
  });

  it('is the earliest of an open gap and an early event', () => {
    const harness = withGap(3);
    harness.push(3_000, 5);
    expect(harness.nextCheck).toEqual({ at: 3_200, missing: 4 });
    harness.push(3_000, 4);
    harness.drain(3_000);
    harness.push(29_900, 7);
    expect(harness.nextCheck).toEqual({ at: 30_000, missing: 2 });
  });
});

describe('ReorderBuffer.restart: early events', () => {
  it('drops the ones up to the new start', () => {
    const harness = new BufferHarness();
    harness.push(0, 69, 70, 71);
    harness.buffer.restart(70);
    expect(harness.drain(0)).toEqual([71]);
    expect(harness.buffer.upTo).toBe(71);
  });
});
