import type { DurableEvent } from '../../../schemas/index.ts';
import { Sequence } from '../../../src/client/reorder-buffer.ts';
import { range } from './random-log.ts';

const start = Date.UTC(2026, 10, 22);
const grace = 200;

/** An event that the server sent at a time of the test's clock. */
const event = (seq: number, sentAt = start): DurableEvent => ({
  ...{ type: 'deleted', room: 'tea', seq, target: 1, from: { userId: 'ben', name: 'Ben' } },
  sentAt: new Date(sentAt).toISOString(),
});

/** A sequence whose test writes times as milliseconds since its start. */
class Subject {
  readonly sequence: Sequence;

  constructor(after = 0, fresh = false) {
    this.sequence = new Sequence(after, fresh, start);
  }

  /** Offers events at a time; gives the late ones. */
  offer(at: number, ...seqs: number[]): number[] {
    return seqs.filter((seq) => this.sequence.offer(event(seq, start + at), start + at));
  }

  /** Reads a page of the log that was asked for at a time. */
  read(at: number, after: number, seqs: readonly number[], more = false): number {
    const events = seqs.map((seq) => event(seq));
    for (const one of events) this.sequence.offer(one, start + at);
    return this.sequence.read(after, { events, more }, start + at);
  }

  /** What is given out at a time. */
  ready(at: number): number[] {
    return [...this.sequence.ready(start + at)].map(({ seq }) => seq);
  }

  /** When to look again, and from where to read then. */
  get wake(): { at: number; from?: number } | undefined {
    const wake = this.sequence.wake(grace);
    return wake && { ...wake, at: wake.at - start };
  }
}

describe('what comes in order', () => {
  it('is given out at once', () => {
    const subject = new Subject();
    subject.offer(0, 1, 2);
    expect(subject.ready(0)).toEqual([1, 2]);
    expect(subject.wake).toBeUndefined();
  });

  it('is given out once, however often it comes', () => {
    const subject = new Subject();
    subject.offer(0, 1, 1);
    expect(subject.ready(0)).toEqual([1]);
    expect(subject.offer(1, 1)).toEqual([]);
    expect(subject.ready(1)).toEqual([]);
  });

  it('begins behind the number that one holds', () => {
    const subject = new Subject(5);
    subject.offer(0, 4, 5, 6);
    expect(subject.ready(0)).toEqual([6]);
    expect(subject.sequence.upTo).toBe(6);
  });
});

describe('what comes early', () => {
  it('waits for those before it and is given out with them', () => {
    const subject = new Subject();
    subject.offer(0, 3, 2);
    expect(subject.ready(0)).toEqual([]);
    subject.offer(100, 1);
    expect(subject.ready(100)).toEqual([1, 2, 3]);
  });

  it('lets the log be asked after a moment, from the last that was given out', () => {
    const subject = new Subject();
    subject.offer(0, 1);
    subject.ready(0);
    subject.offer(50, 3);
    expect(subject.wake).toEqual({ at: 250, from: 1 });
  });

  it('is not given out before the log was asked, however long that takes', () => {
    const subject = new Subject();
    subject.offer(0, 2);
    expect(subject.ready(60_000)).toEqual([]);
  });

  it('is given out after two seconds where the log does not have what is missing', () => {
    const subject = new Subject();
    subject.offer(0, 2);
    subject.read(200, 0, [2]);
    expect(subject.ready(1_999)).toEqual([]);
    expect(subject.wake).toEqual({ at: 2_000 });
    expect(subject.ready(2_000)).toEqual([2]);
  });

  it('takes along everything before it that has waited for less', () => {
    const subject = new Subject();
    subject.offer(0, 9);
    subject.offer(1_500, 3, 6);
    subject.read(1_700, 0, [3, 6, 9]);
    expect(subject.ready(2_000)).toEqual([3, 6, 9]);
  });

  it('is forgotten where the log was read later and lacks it: it never was an event', () => {
    const subject = new Subject();
    subject.offer(0, 1_000_000);
    subject.read(200, 0, []);
    expect(subject.wake).toBeUndefined();
    subject.offer(300, 1);
    expect(subject.ready(300)).toEqual([1]);
  });

  it('is kept where it came after the log was asked, or behind the page that was read', () => {
    const subject = new Subject();
    subject.offer(0, 8);
    subject.read(100, 0, [1], true);
    subject.offer(300, 5);
    subject.read(200, 1, [2, 8]);
    subject.read(400, 2, [5, 8]);
    subject.ready(400);
    expect(subject.ready(2_300)).toEqual([5, 8]);
  });
});

describe('a number that the log does not have', () => {
  /** 1 and 3 are given out, 2 is missing; 3 was sent at 0. */
  function withHole() {
    const subject = new Subject();
    subject.offer(0, 1, 3);
    subject.ready(0);
    subject.read(200, 1, [3]);
    expect(subject.ready(2_000)).toEqual([3]);
    return subject;
  }

  it('stays an open hole, from below which one recovers', () => {
    const { sequence } = withHole();
    expect(sequence.after).toBe(1);
    expect(sequence.upTo).toBe(3);
  });

  it('is told to be late where it still comes, once', () => {
    const subject = withHole();
    expect(subject.offer(10_000, 2)).toEqual([2]);
    expect(subject.offer(10_001, 2)).toEqual([]);
    expect(subject.sequence.after).toBe(3);
  });

  it('lets the log be asked again when thirty seconds have passed since the next one was sent', () => {
    expect(withHole().wake).toEqual({ at: 30_000, from: 1 });
  });

  it('is not given up by a reading before that', () => {
    const subject = withHole();
    subject.read(29_999, 1, [3]);
    expect(subject.sequence.after).toBe(1);
  });

  it('is given up by a reading after that', () => {
    const subject = withHole();
    subject.read(30_000, 1, [3]);
    expect(subject.sequence.after).toBe(3);
    expect(subject.offer(30_001, 2)).toEqual([]);
  });

  it('is not given up by time alone: it may be in the log by now', () => {
    const subject = withHole();
    subject.ready(3_600_000);
    expect(subject.sequence.after).toBe(1);
    subject.sequence.offer(event(2), start + 3_600_000);
    expect(subject.sequence.after).toBe(3);
  });

  it('is not given up by a page that does not reach it', () => {
    const subject = withHole();
    subject.offer(2_000, 5);
    subject.read(2_200, 3, [5]);
    subject.ready(4_000);
    subject.read(60_000, 0, [1], true);
    expect(subject.sequence.after).toBe(1);
  });

  it('is passed over at once where the log was read when its time was over', () => {
    const subject = new Subject();
    subject.offer(0, 1);
    subject.read(30_000, 0, [1, 3]);
    expect(subject.ready(30_000)).toEqual([1, 3]);
    expect(subject.sequence.after).toBe(3);
  });

  it('becomes a hole where it was read before, however late it is passed over', () => {
    const subject = new Subject();
    subject.offer(0, 3);
    subject.read(200, 0, [1, 3]);
    expect(subject.ready(3_600_000)).toEqual([1, 3]);
    expect(subject.sequence.after).toBe(1);
  });

  it('is judged by the server’s clock, whatever ours says', () => {
    for (const ahead of [-7_200_000, 7_200_000]) {
      const { sequence } = new Subject();
      sequence.offer(event(1, start + ahead), start);
      sequence.offer(event(3, start + ahead), start);
      expect([...sequence.ready(start)]).toHaveLength(1);
      sequence.read(1, { events: [event(3)], more: false }, start + 200);
      expect([...sequence.ready(start + 2_000)]).toHaveLength(1);
      expect(sequence.wake(grace)).toEqual({ at: start + 30_000, from: 1 });
    }
  });

  it('is one of several, which are closed by one reading', () => {
    const subject = new Subject();
    subject.offer(0, 2, 4, 9);
    subject.read(200, 0, [2, 4, 9]);
    subject.ready(2_000);
    expect(subject.offer(3_000, 6)).toEqual([6]);
    expect(subject.sequence.after).toBe(0);
    subject.read(30_000, 0, [2, 4, 6, 9]);
    expect(subject.sequence.after).toBe(9);
  });
});

describe('reading on', () => {
  it('goes on behind the page', () => {
    expect(new Subject().read(0, 0, [1, 2], true)).toBe(2);
  });

  it('skips what is known, up to the next hole', () => {
    const subject = new Subject();
    subject.offer(0, 2, ...range(3, 300), 302, 303);
    subject.read(200, 0, [2, ...range(3, 300), 302, 303]);
    subject.ready(2_000);
    expect(subject.read(2_500, 0, [2, 3], true)).toBe(300);
    expect(subject.read(2_500, 300, [302], true)).toBe(303);
  });
});

describe('more than a thousand early events', () => {
  it('are dropped from above, so that a page of the log always finds room', () => {
    const subject = new Subject();
    subject.offer(0, ...range(2_001, 3_100));
    expect(subject.sequence.isFull).toBe(true);
    subject.read(200, 0, range(1, 100), true);
    expect(subject.ready(200)).toEqual(range(1, 100));
  });

  it('are not held back for a number that the log does not have', () => {
    const subject = new Subject();
    subject.read(0, 0, range(2, 1_001), true);
    expect(subject.ready(0)).toEqual(range(2, 1_001));
    expect(subject.sequence.after).toBe(0);
  });
});

describe('one who came without a number', () => {
  it('is given what is written below where it came, for thirty seconds', () => {
    const subject = new Subject(10, true);
    expect(subject.offer(29_999, 9, 9)).toEqual([9]);
    expect(subject.offer(30_000, 8)).toEqual([]);
  });

  it('does not ask the log for it', () => {
    const subject = new Subject(10, true);
    expect(subject.sequence.after).toBe(10);
    expect(subject.wake).toBeUndefined();
  });
});

describe('a log that no longer reaches back', () => {
  it('lets it begin anew behind what can’t be had', () => {
    const subject = new Subject();
    subject.offer(0, 2, 40, 51);
    subject.read(200, 0, [2, 40, 51]);
    subject.ready(2_000);
    subject.offer(2_000, 60, 80);
    subject.sequence.restart(70);
    expect(subject.sequence.after).toBe(70);
    subject.offer(2_000, ...range(71, 79));
    expect(subject.ready(2_000)).toEqual(range(71, 80));
    expect(subject.offer(2_000, 1, 60)).toEqual([]);
  });
});
