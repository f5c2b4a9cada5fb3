import type { DurableEvent } from '../../../schemas/index.ts';
import { type LogPage, ReorderBuffer } from '../../../src/client/reorder-buffer.ts';

/** The start of the test's clock, in milliseconds since 1970. */
export const start = Date.UTC(2026, 10, 22);

/** How long the tests let an early event wait before a read of the log, in milliseconds. */
export const grace = 200;

/** Creates an event that the server sent at this time. */
export const createEvent = (seq: number, sentAt = start): DurableEvent => ({
  type: 'deleted',
  room: 'tea',
  seq,
  target: 1,
  from: { userId: 'ben', name: 'Ben' },
  sentAt: new Date(sentAt).toISOString(),
});

/** A `ReorderBuffer` whose test writes times as milliseconds since `start`. */
export class BufferHarness {
  readonly buffer: ReorderBuffer;

  constructor(after = 0, startsFromNow = false) {
    this.buffer = new ReorderBuffer(after, startsFromNow, start);
  }

  /** Pushes events at a time. Returns the late ones. */
  push(at: number, ...seqs: number[]): number[] {
    return seqs.filter((seq) => this.buffer.push(createEvent(seq, start + at), start + at));
  }

  /** Applies a page of the log that was requested at a time. */
  applyPage(at: number, after: number, seqs: readonly number[], more = false): number {
    const events = seqs.map((seq) => createEvent(seq));
    return this.applyLogPage(at, after, { events, more, seq: events.at(-1)?.seq ?? after });
  }

  /** Applies a page with events of the test. */
  applyLogPage(at: number, after: number, page: LogPage): number {
    for (const event of page.events) this.buffer.push(event, start + at);
    return this.buffer.applyPage(after, page, start + at);
  }

  /** Drains the events whose turn it is at a time. */
  drain(at: number): number[] {
    return [...this.buffer.drain(start + at)].map(({ seq }) => seq);
  }

  /** The next check, with its time since `start`. */
  get nextCheck(): { at: number; missing?: number } | undefined {
    const check = this.buffer.nextCheck(grace);
    return check && { ...check, at: check.at - start };
  }
}
