import type { DurableEvent } from '../../schemas/index.ts';

/** How long an early event waits for the ones before it, in milliseconds. */
export const maxHoldMs = 2_000;

/**
 * How long a gap stays open after the `sentAt` of a higher `seq`, in milliseconds. A `seq` is written
 * within this time of its allocation, or never (promise 4).
 */
const gapTimeoutMs = 30_000;

/** The most early events in the buffer. It drops the highest ones: the log has them. */
const maxBuffered = 1_000;

/** An early event. */
interface Buffered {
  readonly event: DurableEvent;
  readonly bufferedAt: number;
  /** When the log was last read up to this event. Nothing that it lacked was written by then. */
  checkedAt?: number;
}

/** A range of `seq`s that the buffer skipped and whose events may still come. */
interface Gap {
  readonly from: number;
  readonly to: number;
  /** Milliseconds since 1970, by the clock of this machine. */
  readonly closesAt: number;
  /** Whether the gap lies before the start of the subscription. The client does not read it. */
  readonly isBeforeStart?: boolean;
}

/** A page of the log. */
export interface LogPage {
  readonly events: readonly DurableEvent[];
  readonly more: boolean;
}

/** When to check the buffer again, and after which `seq` to read the log then, if at all. */
interface Check {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly after?: number;
}

/**
 * Puts the durable events of one room, which arrive in any order, into the order of their `seq`, each
 * once. It has neither a clock nor a socket: each method takes the time, in milliseconds since 1970.
 *
 *     delivered ──► next ─ missing ─ buffered (early) ──►
 *        └ gaps: skipped, still open for late events
 */
export class ReorderBuffer {
  #next: number;
  readonly #buffered = new Map<number, Buffered>();
  #gaps: Gap[] = [];
  /** The least lead of the server's clock over this one: an event arrives after its `sentAt`. */
  #clockOffset = Number.NEGATIVE_INFINITY;

  /**
   * Creates a buffer that starts after a `seq`. With `startsFromNow`, the caller holds no events, and
   * earlier ones that are still being written count as late.
   */
  constructor(after: number, startsFromNow: boolean, now: number) {
    this.#next = after + 1;
    if (startsFromNow && after > 0)
      this.#gaps = [{ from: 1, to: after, closesAt: now + gapTimeoutMs, isBeforeStart: true }];
  }

  /** The `seq` to recover after: below the lowest open gap, not the highest `seq` seen. */
  get after(): number {
    return (this.#firstOpenGap()?.from ?? this.#next) - 1;
  }

  /** The `seq` up to which everything is delivered or skipped. */
  get upTo(): number {
    return this.#next - 1;
  }

  /** Whether the buffer drops early events. */
  get isFull(): boolean {
    return this.#buffered.size >= maxBuffered;
  }

  /** Adds an event. Returns whether it is late, and so must be delivered at once. */
  push(event: DurableEvent, now: number): boolean {
    this.#clockOffset = Math.max(this.#clockOffset, Date.parse(event.sentAt) - now);
    const { seq } = event;
    if (seq >= this.#next) {
      if (!this.#buffered.has(seq)) this.#buffered.set(seq, { event, bufferedAt: now });
      if (this.#buffered.size > maxBuffered)
        this.#buffered.delete(Math.max(...this.#buffered.keys()));
      return false;
    }
    const gap = this.#gaps.find(({ from, to }) => from <= seq && seq <= to);
    if (!gap || (gap.isBeforeStart && gap.closesAt <= now)) return false;
    const rest = [
      { ...gap, to: seq - 1 },
      { ...gap, from: seq + 1 },
    ].filter(({ from, to }) => from <= to);
    this.#gaps.splice(this.#gaps.indexOf(gap), 1, ...rest);
    return true;
  }

  /**
   * Records that the log was read after a `seq`, by a request sent at `requestedAt`. Returns the `seq`
   * to read on after.
   *
   * An event that was pushed before the request and is not in the page never existed. A gap that had
   * closed by then is empty.
   */
  applyPage(after: number, { events, more }: LogPage, requestedAt: number): number {
    const last = events.at(-1)?.seq ?? after;
    const end = more ? last : Number.POSITIVE_INFINITY;
    const found = new Set(events.map(({ seq }) => seq));
    for (const [seq, buffered] of this.#buffered) {
      if (found.has(seq)) buffered.checkedAt = requestedAt;
      else if (seq > after && seq <= end && buffered.bufferedAt < requestedAt)
        this.#buffered.delete(seq);
    }
    this.#gaps = this.#gaps.filter(
      ({ from, to, closesAt }) => from <= after || to > end || closesAt > requestedAt,
    );
    const gap = this.#gaps.find(({ from, isBeforeStart }) => !isBeforeStart && from > last);
    return gap ? gap.from - 1 : Math.max(last, this.upTo);
  }

  /** Removes and yields the events whose turn it is. */
  *drain(now: number): Generator<DurableEvent, void, undefined> {
    const dueSince = this.isFull ? Number.POSITIVE_INFINITY : now - maxHoldMs;
    for (;;) {
      const seq = this.#buffered.has(this.#next) ? this.#next : Math.min(...this.#buffered.keys());
      const buffered = this.#buffered.get(seq);
      if (!buffered || (seq > this.#next && !this.#skipTo(seq, buffered, dueSince))) return;
      this.#buffered.delete(seq);
      this.#next = seq + 1;
      yield buffered.event;
    }
  }

  /** Returns when to check again. An early event waits `graceMs` before the log is read for it. */
  nextCheck(graceMs: number): Check | undefined {
    const gap = this.#firstOpenGap();
    let first: Check | undefined = gap && { at: gap.closesAt, after: gap.from - 1 };
    for (const { bufferedAt, checkedAt } of this.#buffered.values()) {
      const check = checkedAt
        ? { at: bufferedAt + maxHoldMs }
        : { at: bufferedAt + graceMs, after: this.upTo };
      if (!first || check.at < first.at) first = check;
    }
    return first;
  }

  /** Starts over after a `seq`, because the log no longer has the events before it. */
  restart(after: number): void {
    this.#next = after + 1;
    this.#gaps = [];
    for (const seq of this.#buffered.keys()) if (seq <= after) this.#buffered.delete(seq);
  }

  /**
   * Returns whether to go on at a `seq` without the ones before it. They become a gap if their events
   * may still come.
   */
  #skipTo(to: number, { event, checkedAt }: Buffered, dueSince: number): boolean {
    if (!checkedAt) return false;
    const closesAt = Date.parse(event.sentAt) + gapTimeoutMs - this.#clockOffset;
    if (closesAt <= checkedAt) return true;
    // An event that has waited long enough takes everything before it along.
    if (![...this.#buffered].some(([seq, { bufferedAt }]) => seq >= to && bufferedAt <= dueSince))
      return false;
    this.#gaps.push({ from: this.#next, to: to - 1, closesAt });
    return true;
  }

  /** Returns the lowest gap to read from the log. Gaps open in ascending order. */
  #firstOpenGap(): Gap | undefined {
    return this.#gaps.find(({ isBeforeStart }) => !isBeforeStart);
  }
}
