import { BufferHarness, createEvent, start } from './buffer-harness.ts';

describe('ReorderBuffer: a seq that the log lacks', () => {
  /** Creates a buffer that has drained 1 and 3, sent at 0, and lacks 2. */
  function withGap() {
    const harness = new BufferHarness();
    harness.push(0, 1, 3);
    harness.drain(0);
    harness.applyPage(200, 1, [3]);
    expect(harness.drain(2_000)).toEqual([3]);
    return harness;
  }

  it('stays an open gap to recover from below', () => {
    const { buffer } = withGap();
    expect(buffer.after).toBe(1);
    expect(buffer.upTo).toBe(3);
  });

  it('is late when it still comes, once', () => {
    const harness = withGap();
    expect(harness.push(10_000, 2)).toEqual([2]);
    expect(harness.push(10_001, 2)).toEqual([]);
    expect(harness.buffer.after).toBe(3);
  });

  it('schedules a read thirty seconds after the next event was sent', () => {
    expect(withGap().nextCheck).toEqual({ at: 30_000, missing: 2 });
  });

  it('stays open after an earlier read', () => {
    const harness = withGap();
    harness.applyPage(29_999, 1, [3]);
    expect(harness.buffer.after).toBe(1);
  });

  it('closes after a later read', () => {
    const harness = withGap();
    harness.applyPage(30_000, 1, [3]);
    expect(harness.buffer.after).toBe(3);
    expect(harness.push(30_001, 2)).toEqual([]);
  });

  it('stays open without a read, since the log may have it by now', () => {
    const harness = withGap();
    harness.drain(3_600_000);
    expect(harness.buffer.after).toBe(1);
    harness.buffer.push(createEvent(2), start + 3_600_000);
    expect(harness.buffer.after).toBe(3);
  });

  it('stays open after a page that does not reach it', () => {
    const harness = withGap();
    harness.push(2_000, 5);
    harness.applyPage(2_200, 3, [5]);
    harness.drain(4_000);
    harness.applyPage(60_000, 0, [1], true);
    expect(harness.buffer.after).toBe(1);
  });

  it('becomes a gap if the log was read before its time', () => {
    const harness = new BufferHarness();
    harness.push(0, 3);
    harness.applyPage(200, 0, [1, 3]);
    expect(harness.drain(3_600_000)).toEqual([1, 3]);
    expect(harness.buffer.after).toBe(1);
  });

  it('is timed from the arrival of the next event, by any clock of the server', () => {
    for (const ahead of [-7_200_000, 7_200_000]) {
      const harness = new BufferHarness();
      for (const seq of [1, 3]) harness.buffer.push(createEvent(seq, start + ahead), start);
      harness.drain(0);
      harness.applyPage(200, 1, [3]);
      harness.drain(2_000);
      expect(harness.nextCheck).toEqual({ at: 30_000, missing: 2 });
    }
  });

  it('closes with other gaps in one read', () => {
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

describe('ReorderBuffer: a seq that an old log lacks', () => {
  const oldAfterMs = 150_000;

  /** Creates a page with events that were sent at these times since `start`. */
  const createPage = (sentAt: Readonly<Record<number, number>>, seq: number, more = false) => ({
    events: Object.entries(sentAt).map(([key, at]) => createEvent(Number(key), start + at)),
    more,
    seq,
  });

  it('is skipped at once if a later event proves that the next one was old', () => {
    const harness = new BufferHarness();
    harness.applyLogPage(0, 0, createPage({ 2: 0, 3: oldAfterMs + 1 }, 3));
    expect(harness.drain(0)).toEqual([2, 3]);
    expect(harness.buffer.after).toBe(3);
  });

  it('is skipped at once if the next page proves it', () => {
    const harness = new BufferHarness();
    harness.applyLogPage(0, 0, createPage({ 2: 0 }, 3, true));
    expect(harness.drain(0)).toEqual([]);
    harness.applyLogPage(10, 2, createPage({ 3: oldAfterMs + 1 }, 3));
    expect(harness.drain(10)).toEqual([2, 3]);
    expect(harness.buffer.after).toBe(3);
  });

  it('closes as a gap if a later page proves it', () => {
    const harness = new BufferHarness();
    harness.applyLogPage(0, 0, createPage({ 2: 0 }, 3, true));
    expect(harness.drain(2_000)).toEqual([2]);
    expect(harness.buffer.after).toBe(0);
    harness.applyLogPage(3_000, 2, createPage({ 3: oldAfterMs + 1 }, 3));
    expect(harness.buffer.after).toBe(2);
  });

  it.each([
    ['was sent less than two and a half minutes later', { 2: 0, 3: oldAfterMs }, 3],
    ['has a lower seq', { 1: oldAfterMs + 1, 3: 0 }, 3],
    ['was written after the log was read', { 2: 0, 3: oldAfterMs + 1 }, 2],
  ])('becomes a gap if the other event %s', (_, sentAt, logEnd) => {
    const harness = new BufferHarness();
    harness.applyLogPage(0, 0, createPage(sentAt, logEnd));
    harness.drain(2_000);
    expect(harness.buffer.after).toBeLessThan(2);
  });
});
