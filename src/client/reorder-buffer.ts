import type { DurableEvent } from '../../schemas/index.ts';

/** How long an early event is held back for the ones before it, in milliseconds. */
export const maxHoldMs = 2_000;

/** A number is written so long after it was taken, or never (the protocol's fourth promise). */
const writeWindowMs = 30_000;

/** More than so many early events are not kept but the lowest: the log has the others. */
const maxBuffered = 1_000;

/** An early event. */
interface Buffered {
  readonly event: DurableEvent;
  readonly bufferedAt: number;
  /** When the log was last read up to here: what it lacked before was not written by then. */
  checkedAt?: number;
}

/** Numbers that were passed over and may still come. */
interface Gap {
  readonly from: number;
  readonly to: number;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly closesAt: number;
  /** What was before this client came: nothing that it would ask the log for. */
  readonly isBeforeStart?: boolean;
}

/** What a page of the log tells beside its events. */
export interface LogPage {
  readonly events: readonly DurableEvent[];
  readonly more: boolean;
}

/** When to look again (milliseconds since 1970), and from where to read the log then. */
interface Check {
  readonly at: number;
  readonly from?: number;
}

/**
 * Puts one room's durable events into the order of their numbers, each once, whatever the order in
 * which they come. It knows no clock and no socket: every method is told the time (milliseconds
 * since 1970).
 *
 *     delivered ──► next ─ missing ─ held (early) ──►
 *        └ holes: passed over, still open for late ones
 */
export class ReorderBuffer {
  #next: number;
  readonly #buffered = new Map<number, Buffered>();
  #gaps: Gap[] = [];
  /** At least so far is the server's clock ahead of ours: events come after they are sent. */
  #clockOffset = Number.NEGATIVE_INFINITY;

  /** Begins behind a number. Without events of its own to hold, what was before may still come. */
  constructor(after: number, startsFromNow: boolean, now: number) {
    this.#next = after + 1;
    if (startsFromNow && after > 0)
      this.#gaps = [{ from: 1, to: after, closesAt: now + writeWindowMs, isBeforeStart: true }];
  }

  /** From where to recover: below the lowest open hole, not from the highest number seen. */
  get after(): number {
    return (this.#firstOpenGap()?.from ?? this.#next) - 1;
  }

  /** Everything up to here is delivered or passed over. */
  get upTo(): number {
    return this.#next - 1;
  }

  /** Whether early events are dropped: the log has them. */
  get isFull(): boolean {
    return this.#buffered.size >= maxBuffered;
  }

  /** Takes an event; tells whether it is a late one, to be delivered at once. */
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
   * Notes that the log was read from a number on, by a request sent at `asked`: what had been
   * pushed before and is not there never was an event, and a hole whose time was over is empty.
   * Tells from where to read on.
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

  /** Gives out what its turn has come for. */
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

  /** When to look again, and from where to read the log then, unless it was. */
  nextCheck(graceMs: number): Check | undefined {
    const gap = this.#firstOpenGap();
    let first: Check | undefined = gap && { at: gap.closesAt, from: gap.from - 1 };
    for (const { bufferedAt, checkedAt } of this.#buffered.values()) {
      const check = checkedAt
        ? { at: bufferedAt + maxHoldMs }
        : { at: bufferedAt + graceMs, from: this.upTo };
      if (!first || check.at < first.at) first = check;
    }
    return first;
  }

  /** Begins anew behind a number: what is missing before it can't be had. */
  restart(after: number): void {
    this.#next = after + 1;
    this.#gaps = [];
    for (const seq of this.#buffered.keys()) if (seq <= after) this.#buffered.delete(seq);
  }

  /** Whether to go on to a number without those before it. They become a hole while they may come. */
  #skipTo(to: number, { event, checkedAt }: Buffered, dueSince: number): boolean {
    if (!checkedAt) return false;
    const closesAt = Date.parse(event.sentAt) + writeWindowMs - this.#clockOffset;
    if (closesAt <= checkedAt) return true;
    // What has waited for long enough takes along all that is before it.
    if (![...this.#buffered].some(([seq, { bufferedAt }]) => seq >= to && bufferedAt <= dueSince))
      return false;
    this.#gaps.push({ from: this.#next, to: to - 1, closesAt });
    return true;
  }

  /** The lowest hole to ask the log for. Holes are opened in order. */
  #firstOpenGap(): Gap | undefined {
    return this.#gaps.find(({ isBeforeStart }) => !isBeforeStart);
  }
}
