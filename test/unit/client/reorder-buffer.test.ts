import type { DurableEvent } from '../../../schemas/index.ts';
import { ReorderBuffer } from '../../../src/client/reorder-buffer.ts';
import { range } from './random-log.ts';

const start = Date.UTC(2026, 10, 22);
const grace = 200;

/** An event that the server sent at a time of the test's clock. */
const createEvent = (seq: number, sentAt = start): DurableEvent => ({
  ...{ type: 'deleted', room: 'tea', seq, target: 1, from: { userId: 'ben', name: 'Ben' } },
  sentAt: new Date(sentAt).toISOString(),
});

/** A sequence whose test writes times as milliseconds since its start. */
class BufferHarness {
  readonly buffer: ReorderBuffer;

  constructor(after = 0, startsFromNow = false) {
    this.buffer = new ReorderBuffer(after, startsFromNow, start);
  }

  /** Offers events at a time; gives the late ones. */
  push(at: number, ...seqs: number[]): number[] {
    return seqs.filter((seq) => this.buffer.push(createEvent(seq, start + at), start + at));
  }

  /** Reads a page of the log that was asked for at a time. */
  applyPage(at: number, after: number, seqs: readonly number[], more = false): number {
    const events = seqs.map((seq) => createEvent(seq));
    for (const event of events) this.buffer.push(event, start + at);
    return this.buffer.applyPage(after, { events, more }, start + at);
  }

  /** What is given out at a time. */
  drain(at: number): number[] {
    return [...this.buffer.drain(start + at)].map(({ seq }) => seq);
  }

  /** When to look again, and from where to read then. */
  get nextCheck(): { at: number; from?: number } | undefined {
    const check = this.buffer.nextCheck(grace);
    return check && { ...check, at: check.at - start };
  }
}

describe('what comes in order', () => {
  it('is given out at once', () => {
    const harness = new BufferHarness();
    harness.push(0, 1, 2);
    expect(harness.drain(0)).toEqual([1, 2]);
    expect(harness.nextCheck).toBeUndefined();
  });

  it('is given out once, however often it comes', () => {
    const harness = new BufferHarness();
    harness.push(0, 1, 1);
    expect(harness.drain(0)).toEqual([1]);
    expect(harness.push(1, 1)).toEqual([]);
    expect(harness.drain(1)).toEqual([]);
  });

  it('begins behind the number that one holds', () => {
    const harness = new BufferHarness(5);
    harness.push(0, 4, 5, 6);
    expect(harness.drain(0)).toEqual([6]);
    expect(harness.buffer.upTo).toBe(6);
  });
});

describe('what comes early', () => {
  it('waits for those before it and is given out with them', () => {
    const harness = new BufferHarness();
    harness.push(0, 3, 2);
    expect(harness.drain(0)).toEqual([]);
    harness.push(100, 1);
    expect(harness.drain(100)).toEqual([1, 2, 3]);
  });

  it('lets the log be asked after a moment, from the last that was given out', () => {
    const harness = new BufferHarness();
    harness.push(0, 1);
    harness.drain(0);
    harness.push(50, 3);
    expect(harness.nextCheck).toEqual({ at: 250, from: 1 });
  });

  it('is not given out before the log was asked, however long that takes', () => {
    const harness = new BufferHarness();
    harness.push(0, 2);
    expect(harness.drain(60_000)).toEqual([]);
  });

  it('is given out after two seconds where the log does not have what is missing', () => {
    const harness = new BufferHarness();
    harness.push(0, 2);
    harness.applyPage(200, 0, [2]);
    expect(harness.drain(1_999)).toEqual([]);
    expect(harness.nextCheck).toEqual({ at: 2_000 });
    expect(harness.drain(2_000)).toEqual([2]);
  });

  it('takes along everything before it that has waited for less', () => {
    const harness = new BufferHarness();
    harness.push(0, 9);
    harness.push(1_500, 3, 6);
    harness.applyPage(1_700, 0, [3, 6, 9]);
    expect(harness.drain(2_000)).toEqual([3, 6, 9]);
  });

  it('is forgotten where the log was read later and lacks it: it never was an event', () => {
    const harness = new BufferHarness();
    harness.push(0, 1_000_000);
    harness.applyPage(200, 0, []);
    expect(harness.nextCheck).toBeUndefined();
    harness.push(300, 1);
    expect(harness.drain(300)).toEqual([1]);
  });

  it('is kept where it came after the log was asked, or behind the page that was read', () => {
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

describe('a number that the log does not have', () => {
  /** 1 and 3 are given out, 2 is missing; 3 was sent at 0. */
  function withGap() {
    const harness = new BufferHarness();
    harness.push(0, 1, 3);
    harness.drain(0);
    harness.applyPage(200, 1, [3]);
    expect(harness.drain(2_000)).toEqual([3]);
    return harness;
  }

  it('stays an open hole, from below which one recovers', () => {
    const { buffer } = withGap();
    expect(buffer.after).toBe(1);
    expect(buffer.upTo).toBe(3);
  });

  it('is told to be late where it still comes, once', () => {
    const harness = withGap();
    expect(harness.push(10_000, 2)).toEqual([2]);
    expect(harness.push(10_001, 2)).toEqual([]);
    expect(harness.buffer.after).toBe(3);
  });

  it('lets the log be asked again when thirty seconds have passed since the next one was sent', () => {
    expect(withGap().nextCheck).toEqual({ at: 30_000, from: 1 });
  });

  it('is not given up by a reading before that', () => {
    const harness = withGap();
    harness.applyPage(29_999, 1, [3]);
    expect(harness.buffer.after).toBe(1);
  });

  it('is given up by a reading after that', () => {
    const harness = withGap();
    harness.applyPage(30_000, 1, [3]);
    expect(harness.buffer.after).toBe(3);
    expect(harness.push(30_001, 2)).toEqual([]);
  });

  it('is not given up by time alone: it may be in the log by now', () => {
    const harness = withGap();
    harness.drain(3_600_000);
    expect(harness.buffer.after).toBe(1);
    harness.buffer.push(createEvent(2), start + 3_600_000);
    expect(harness.buffer.after).toBe(3);
  });

  it('is not given up by a page that does not reach it', () => {
    const harness = withGap();
    harness.push(2_000, 5);
    harness.applyPage(2_200, 3, [5]);
    harness.drain(4_000);
    harness.applyPage(60_000, 0, [1], true);
    expect(harness.buffer.after).toBe(1);
  });

  it('is passed over at once where the log was read when its time was over', () => {
    const harness = new BufferHarness();
    harness.push(0, 1);
    harness.applyPage(30_000, 0, [1, 3]);
    expect(harness.drain(30_000)).toEqual([1, 3]);
    expect(harness.buffer.after).toBe(3);
  });

  it('becomes a hole where it was read before, however late it is passed over', () => {
    const harness = new BufferHarness();
    harness.push(0, 3);
    harness.applyPage(200, 0, [1, 3]);
    expect(harness.drain(3_600_000)).toEqual([1, 3]);
    expect(harness.buffer.after).toBe(1);
  });

  it('is judged by the server’s clock, whatever ours says', () => {
    for (const ahead of [-7_200_000, 7_200_000]) {
      const { buffer } = new BufferHarness();
      buffer.push(createEvent(1, start + ahead), start);
      buffer.push(createEvent(3, start + ahead), start);
      expect([...buffer.drain(start)]).toHaveLength(1);
      buffer.applyPage(1, { events: [createEvent(3)], more: false }, start + 200);
      expect([...buffer.drain(start + 2_000)]).toHaveLength(1);
      expect(buffer.nextCheck(grace)).toEqual({ at: start + 30_000, from: 1 });
    }
  });

  it('is one of several, which are closed by one reading', () => {
    const harness = new BufferHarness();
    harness.push(0, 2, 4, 9);
    harness.applyPage(200, 0, [2, 4, 9]);
    harness.drain(2_000);
    expect(harness.push(3_000, 6)).toEqual([6]);
    expect(harness.buffer.after).toBe(0);
    harness.applyPage(30_000, 0, [2, 4, 6, 9]);
    expect(harness.buffer.after).toBe(9);
  });
});

describe('reading on', () => {
  it('goes on behind the page', () => {
    expect(new BufferHarness().applyPage(0, 0, [1, 2], true)).toBe(2);
  });

  it('skips what is known, up to the next hole', () => {
    const harness = new BufferHarness();
    harness.push(0, 2, ...range(3, 300), 302, 303);
    harness.applyPage(200, 0, [2, ...range(3, 300), 302, 303]);
    harness.drain(2_000);
    expect(harness.applyPage(2_500, 0, [2, 3], true)).toBe(300);
    expect(harness.applyPage(2_500, 300, [302], true)).toBe(303);
  });
});

describe('more than a thousand early events', () => {
  it('are dropped from above, so that a page of the log always finds room', () => {
    const harness = new BufferHarness();
    harness.push(0, ...range(2_001, 3_100));
    expect(harness.buffer.isFull).toBe(true);
    harness.applyPage(200, 0, range(1, 100), true);
    expect(harness.drain(200)).toEqual(range(1, 100));
  });

  it('are not held back for a number that the log does not have', () => {
    const harness = new BufferHarness();
    harness.applyPage(0, 0, range(2, 1_001), true);
    expect(harness.drain(0)).toEqual(range(2, 1_001));
    expect(harness.buffer.after).toBe(0);
  });
});

describe('one who came without a number', () => {
  it('is given what is written below where it came, for thirty seconds', () => {
    const harness = new BufferHarness(10, true);
    expect(harness.push(29_999, 9, 9)).toEqual([9]);
    expect(harness.push(30_000, 8)).toEqual([]);
  });

  it('does not ask the log for it', () => {
    const harness = new BufferHarness(10, true);
    expect(harness.buffer.after).toBe(10);
    expect(harness.nextCheck).toBeUndefined();
  });
});

describe('a log that no longer reaches back', () => {
  it('lets it begin anew behind what can’t be had', () => {
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
