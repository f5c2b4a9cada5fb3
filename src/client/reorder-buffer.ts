import type { DurableEvent } from '../../schemas/index.ts';
import { LogAges } from './log-ages.ts';
import { gapTimeoutMs, OpenGaps } from './open-gaps.ts';

/** How long an early event waits for the ones before it, in milliseconds. */
const maxHoldMs = 2_000;

/** The most early events in the buffer. It drops the highest ones: the log has them. */
const maxBuffered = 1_000;

/** An early event. */
interface Buffered {
  readonly event: DurableEvent;
  readonly bufferedAt: number;
  /** The last read of the log up to this event. Nothing that it lacked was written by then. */
  checked?: { readonly at: number; readonly logEnd: number };
}

/** A page of the log. */
export interface LogPage {
  readonly events: readonly DurableEvent[];
  readonly more: boolean;
  /** The newest `seq` of the log. */
  readonly seq: number;
}

/** When to check the buffer again, and which missing `seq` to read the log for then, if any. */
interface Check {
  /** Milliseconds of the client's timeline. */
  readonly at: number;
  readonly missing?: number;
}

/**
 * Puts the durable events of one room, which arrive in any order, into the order of their `seq`, each
 * once. It has neither a clock nor a socket: each method takes the time of the client's timeline, in
 * milliseconds. No setting of a clock moves it, and it may pause while the machine sleeps.
 *
 *     delivered ──► next ─ missing ─ buffered (early) ──►
 *        └ gaps: skipped, still open for late events
 */
export class ReorderBuffer {
  #next: number;
  readonly #buffered = new Map<number, Buffered>();
  readonly #gaps = new OpenGaps();
  /** The `seq`s of events to read from the log. */
  readonly #wanted = new Set<number>();
  readonly #ages = new LogAges();

  /**
   * Creates a buffer that starts after a `seq`. With `startsFromNow`, the caller holds no events, and
   * earlier ones that are still being written count as late.
   */
  constructor(after: number, startsFromNow: boolean, now: number) {
    this.#next = after + 1;
    if (startsFromNow && after > 0)
      this.#gaps.add({
        from: 1,
        to: after,
        closesAt: now + gapTimeoutMs,
        sentAt: Number.POSITIVE_INFINITY,
        logEnd: after,
        isBeforeStart: true,
      });
  }

  /** The `seq` to recover after: below the lowest open gap, not the highest `seq` seen. */
  get after(): number {
    return (this.#gaps.first?.from ?? this.#next) - 1;
  }

  /** The `seq` up to which everything is delivered or skipped. */
  get upTo(): number {
    return this.#next - 1;
  }

  /** Whether the buffer drops early events. */
  get isFull(): boolean {
    return this.#buffered.size >= maxBuffered;
  }

  /** Asks for the event with a `seq`, unless it has come already. */
  want(seq: number): void {
    const isMissing = seq < this.#next ? this.#gaps.has(seq) : !this.#buffered.has(seq);
    if (isMissing) this.#wanted.add(seq);
  }

  /** Returns the `seq` to read the log after for the events that are wanted, if any. */
  takeWanted(): number | undefined {
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    return wanted.length > 0 ? Math.min(this.upTo, ...wanted.map((seq) => seq - 1)) : undefined;
  }

  /** Adds an event. Returns whether it is late, and so must be delivered at once. */
  push(event: DurableEvent, now: number): boolean {
    const { seq } = event;
    this.#wanted.delete(seq);
    if (seq >= this.#next) {
      if (!this.#buffered.has(seq)) this.#buffered.set(seq, { event, bufferedAt: now });
      if (this.#buffered.size > maxBuffered)
        this.#buffered.delete(Math.max(...this.#buffered.keys()));
      // It drops the highest events. The next page brings more of them.
      if (this.isFull) this.#wanted.add(Number.POSITIVE_INFINITY);
      return false;
    }
    return this.#gaps.take(seq, now);
  }

  /**
   * Records that the log was read after a `seq`, by a request sent at `requestedAt`. Returns the `seq`
   * to read on after.
   *
   * An event that was pushed before the request and is not in the page never existed. A gap that had
   * closed by then is empty.
   */
  applyPage(after: number, { events, more, seq: logEnd }: LogPage, requestedAt: number): number {
    const last = events.at(-1)?.seq ?? after;
    const end = more ? last : Number.POSITIVE_INFINITY;
    const found = new Set(events.map(({ seq }) => seq));
    this.#ages.add(events);
    for (const [seq, buffered] of this.#buffered) {
      if (found.has(seq)) buffered.checked = { at: requestedAt, logEnd };
      else if (seq > after && seq <= end && buffered.bufferedAt < requestedAt)
        this.#buffered.delete(seq);
    }
    this.#gaps.retain((gap) => {
      const isRead = gap.from > after && gap.to <= end;
      if (isRead && gap.closesAt <= requestedAt) return false;
      return !this.#ages.wasOld({ ...gap, seq: gap.to, ...(isRead && { logEnd }) });
    });
    const gap = this.#gaps.firstAfter(last);
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
    const gap = this.#gaps.first;
    let first: Check | undefined = gap && { at: gap.closesAt, missing: gap.from };
    for (const { bufferedAt, checked } of this.#buffered.values()) {
      const check = checked
        ? { at: bufferedAt + maxHoldMs }
        : { at: bufferedAt + graceMs, missing: this.#next };
      if (!first || check.at < first.at) first = check;
    }
    return first;
  }

  /** Starts over after a `seq`, because the log no longer has the events before it. */
  restart(after: number): void {
    this.#next = after + 1;
    this.#gaps.retain(() => false);
    for (const seq of this.#buffered.keys()) if (seq <= after) this.#buffered.delete(seq);
  }

  /**
   * Returns whether to go on at a `seq` without the ones before it. They become a gap if their events
   * may still come.
   */
  #skipTo(to: number, { event, bufferedAt, checked }: Buffered, dueSince: number): boolean {
    if (!checked) return false;
    const { logEnd } = checked;
    const sentAt = Date.parse(event.sentAt);
    const closesAt = bufferedAt + gapTimeoutMs;
    if (closesAt <= checked.at || this.#ages.wasOld({ seq: to, sentAt, logEnd })) return true;
    // An event that has waited long enough takes everything before it along.
    if (![...this.#buffered].some(([seq, { bufferedAt }]) => seq >= to && bufferedAt <= dueSince))
      return false;
    this.#gaps.add({ from: this.#next, to: to - 1, closesAt, sentAt, logEnd });
    return true;
  }
}
