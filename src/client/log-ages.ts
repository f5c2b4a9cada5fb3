import type { DurableEvent } from '../../schemas/index.ts';
import { gapTimeoutMs } from './open-gaps.ts';

/**
 * An event is older than `gapTimeoutMs` if the log also held one that was sent this much later, in
 * milliseconds. Two minutes are for clocks of the server that differ, and for the time that a read takes.
 */
const oldAfterMs = gapTimeoutMs + 120_000;

/** An event of the log, and the newest `seq` of the log when it was read. */
export interface LogEntry {
  readonly seq: number;
  /** Milliseconds since 1970, by the clock of the server. */
  readonly sentAt: number;
  readonly logEnd: number;
}

/**
 * Knows which events of the log were old when it was read. It only compares `sentAt`s with each other:
 *
 *     read ─► │ seq 50, 9:00 │ … │ seq 90, 9:03 │ logEnd 95    50 was old: 90 proves it
 *     read ─► │ seq 50, 9:00 │ logEnd 50         90 was written later, and proves nothing
 */
export class LogAges {
  /** The event with the highest `sentAt` so far. */
  #newest = { seq: 0, sentAt: Number.NEGATIVE_INFINITY };

  /** Takes the events of a page of the log. */
  add(events: readonly DurableEvent[]): void {
    for (const { seq, sentAt: text } of events) {
      const sentAt = Date.parse(text);
      if (sentAt > this.#newest.sentAt) this.#newest = { seq, sentAt };
    }
  }

  /**
   * Returns whether an event was certainly older than `gapTimeoutMs` when the log was read. An event
   * that was written after the read proves nothing: the client may have slept in between.
   */
  wasOld({ seq, sentAt, logEnd }: LogEntry): boolean {
    const newest = this.#newest;
    return newest.seq > seq && newest.seq <= logEnd && newest.sentAt - sentAt > oldAfterMs;
  }
}
