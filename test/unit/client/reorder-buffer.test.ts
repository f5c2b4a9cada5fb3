import { BufferHarness } from './buffer-harness.ts';
import { range } from './server-log.ts';

describe('ReorderBuffer: events in order', () => {
  it('drains events in order at once', () => {
    const harness = new BufferHarness();
    harness.push(0, 1, 2);
    expect(harness.drain(0)).toEqual([1, 2]);
    expect(harness.nextCheck).toBeUndefined();
  });

  it('drains an event once that is pushed several times', () => {
    const harness = new BufferHarness();
    harness.push(0, 1, 1);
    expect(harness.drain(0)).toEqual([1]);
    expect(harness.push(1, 1)).toEqual([]);
    expect(harness.drain(1)).toEqual([]);
  });

  it('starts after the given seq', () => {
    const harness = new BufferHarness(5);
    harness.push(0, 4, 5, 6);
    expect(harness.drain(0)).toEqual([6]);
    expect(harness.buffer.upTo).toBe(6);
  });
});

describe('ReorderBuffer: early events', () => {
  it('holds an early event until the ones before it come', () => {
    const harness = new BufferHarness();
    harness.push(0, 3, 2);
    expect(harness.drain(0)).toEqual([]);
    harness.push(100, 1);
    expect(harness.drain(100)).toEqual([1, 2, 3]);
  });

  it('schedules a read of the log after the last drained seq', () => {
    const harness = new BufferHarness();
    harness.push(0, 1);
    harness.drain(0);
    harness.push(50, 3);
    expect(harness.nextCheck).toEqual({ at: 250, missing: 2 });
  });

  it('holds an early event until the log was read', () => {
    const harness = new BufferHarness();
    harness.push(0, 2);
    expect(harness.drain(60_000)).toEqual([]);
  });

  it('drains an early event after two seconds if the log lacks the ones before it', () => {
    const harness = new BufferHarness();
    harness.push(0, 2);
    harness.applyPage(200, 0, [2]);
    expect(harness.drain(1_999)).toEqual([]);
    expect(harness.nextCheck).toEqual({ at: 2_000 });
    expect(harness.drain(2_000)).toEqual([2]);
  });

  it('drains everything before a due event with it', () => {
    const harness = new BufferHarness();
    harness.push(0, 9);
    harness.push(1_500, 3, 6);
    harness.applyPage(1_700, 0, [3, 6, 9]);
    expect(harness.drain(2_000)).toEqual([3, 6, 9]);
  });

  it('drops an early event that a later read of the log lacks', () => {
    const harness = new BufferHarness();
    harness.push(0, 1_000_000);
    harness.applyPage(200, 0, []);
    expect(harness.nextCheck).toBeUndefined();
    harness.push(300, 1);
    expect(harness.drain(300)).toEqual([1]);
  });

  it('keeps an event that came after the request or lies beyond the page', () => {
    const harness = new BufferHarness();
    harness.push(0, 8);
    harness.applyPage(100, 0, [1], true);
    harness.push(300, 5);
    harness.applyPage(200, 1, [2, 8]);
    harness.applyPage(400, 2, [5, 8]);
    harness.drain(400);
    expect(harness.drain(2_300)).toEqual([5, 8]);
  });
});

describe('ReorderBuffer.applyPage', () => {
  it('continues after the page', () => {
    expect(new BufferHarness().applyPage(0, 0, [1, 2], true)).toBe(2);
  });

  it('skips known events up to the next gap', () => {
    const harness = new BufferHarness();
    harness.push(0, 2, ...range(3, 300), 302, 303);
    harness.applyPage(200, 0, [2, ...range(3, 300), 302, 303]);
    harness.drain(2_000);
    expect(harness.applyPage(2_500, 0, [2, 3], true)).toBe(300);
    expect(harness.applyPage(2_500, 300, [302], true)).toBe(303);
  });
});

describe('ReorderBuffer: more than a thousand early events', () => {
  it('drops the highest ones, so that a page always has room', () => {
    const harness = new BufferHarness();
    harness.push(0, ...range(2_001, 3_100));
    expect(harness.buffer.isFull).toBe(true);
    harness.applyPage(200, 0, range(1, 100), true);
    expect(harness.drain(200)).toEqual(range(1, 100));
  });

  it('holds none back for a seq that the log lacks', () => {
    const harness = new BufferHarness();
    harness.applyPage(0, 0, range(2, 1_001), true);
    expect(harness.drain(0)).toEqual(range(2, 1_001));
    expect(harness.buffer.after).toBe(0);
  });
});

describe('ReorderBuffer that starts from now', () => {
  it('takes events below its start as late for thirty seconds', () => {
    const harness = new BufferHarness(10, true);
    expect(harness.push(29_999, 9, 9)).toEqual([9]);
    expect(harness.push(30_000, 8)).toEqual([]);
  });

  it('schedules no read for them', () => {
    const harness = new BufferHarness(10, true);
    expect(harness.buffer.after).toBe(10);
    expect(harness.nextCheck).toBeUndefined();
  });
});

describe('ReorderBuffer.restart', () => {
  it('starts over after the lost events', () => {
    const harness = new BufferHarness();
    harness.push(0, 2, 40, 51);
    harness.applyPage(200, 0, [2, 40, 51]);
    harness.drain(2_000);
    harness.push(2_000, 60, 80);
    harness.buffer.restart(70);
    expect(harness.buffer.after).toBe(70);
    harness.push(2_000, ...range(71, 79));
    expect(harness.drain(2_000)).toEqual(range(71, 80));
    expect(harness.push(2_000, 1, 60)).toEqual([]);
  });
});
