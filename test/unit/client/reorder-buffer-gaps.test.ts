import { BufferHarness, createEvent, grace, start } from './buffer-harness.ts';

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

  it('is skipped at once if the log was read after its time', () => {
    const harness = new BufferHarness();
    harness.push(0, 1);
    harness.applyPage(30_000, 0, [1, 3]);
    expect(harness.drain(30_000)).toEqual([1, 3]);
    expect(harness.buffer.after).toBe(3);
  });

  it('becomes a gap if the log was read before its time', () => {
    const harness = new BufferHarness();
    harness.push(0, 3);
    harness.applyPage(200, 0, [1, 3]);
    expect(harness.drain(3_600_000)).toEqual([1, 3]);
    expect(harness.buffer.after).toBe(1);
  });

  it('is timed by the clock of the server', () => {
    for (const ahead of [-7_200_000, 7_200_000]) {
      const { buffer } = new BufferHarness();
      buffer.push(createEvent(1, start + ahead), start);
      buffer.push(createEvent(3, start + ahead), start);
      expect([...buffer.drain(start)]).toHaveLength(1);
      buffer.applyPage(1, { events: [createEvent(3)], more: false }, start + 200);
      expect([...buffer.drain(start + 2_000)]).toHaveLength(1);
      expect(buffer.nextCheck(grace)).toEqual({ at: start + 30_000, missing: 2 });
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
