import type { DurableEvent } from '../../schemas/index.ts';

/** How long an early event is held back for the ones before it, in milliseconds. */
export const holdMs = 2_000;

/** A number is written so long after it was taken, or never (the protocol's fourth promise). */
const windowMs = 30_000;

/** More than so many early events are not kept but the lowest: the log has the others. */
const maxHeld = 1_000;

/** An early event. */
interface Held {
  readonly event: DurableEvent;
  readonly since: number;
  /** When the log was last read up to here: what it lacked before was not written by then. */
  checkedAt?: number;
}

/** Numbers that were passed over and may still come. */
interface Hole {
  readonly from: number;
  readonly to: number;
  /** Milliseconds since 1970, by this machine's clock. */
  readonly closesAt: number;
  /** What was before this client came: nothing that it would ask the log for. */
  readonly before?: boolean;
}

/** What a page of the log tells beside its events. */
export interface Page {
  readonly events: readonly DurableEvent[];
  readonly more: boolean;
}

/** When to look again (milliseconds since 1970), and from where to read the log then. */
interface Wake {
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
export class Sequence {
  #next: number;
  readonly #held = new Map<number, Held>();
  #holes: Hole[] = [];
  /** At least so far is the server's clock ahead of ours: events come after they are sent. */
  #ahead = Number.NEGATIVE_INFINITY;

  /** Begins behind a number. Without events of its own to hold, what was before may still come. */
  constructor(after: number, fresh: boolean, now: number) {
    this.#next = after + 1;
    if (fresh && after > 0)
      this.#holes = [{ from: 1, to: after, closesAt: now + windowMs, before: true }];
  }

  /** From where to recover: below the lowest open hole, not from the highest number seen. */
  get after(): number {
    return (this.#open()?.from ?? this.#next) - 1;
  }

  /** Everything up to here is delivered or passed over. */
  get upTo(): number {
    return this.#next - 1;
  }

  /** Whether early events are dropped: the log has them. */
  get isFull(): boolean {
    return this.#held.size >= maxHeld;
  }

  /** Takes an event; tells whether it is a late one, to be delivered at once. */
  offer(event: DurableEvent, now: number): boolean {
    this.#ahead = Math.max(this.#ahead, Date.parse(event.sentAt) - now);
    const { seq } = event;
    if (seq >= this.#next) {
      if (!this.#held.has(seq)) this.#held.set(seq, { event, since: now });
      if (this.#held.size > maxHeld) this.#held.delete(Math.max(...this.#held.keys()));
      return false;
    }
    const hole = this.#holes.find(({ from, to }) => from <= seq && seq <= to);
    if (!hole || (hole.before && hole.closesAt <= now)) return false;
    const rest = [
      { ...hole, to: seq - 1 },
      { ...hole, from: seq + 1 },
    ].filter(({ from, to }) => from <= to);
    this.#holes.splice(this.#holes.indexOf(hole), 1, ...rest);
    return true;
  }

  /**
   * Notes that the log was read from a number on, by a request sent at `asked`: what had been
   * pushed before and is not there never was an event, and a hole whose time was over is empty.
   * Tells from where to read on.
   */
  read(after: number, { events, more }: Page, asked: number): number {
    const last = events.at(-1)?.seq ?? after;
    const end = more ? last : Number.POSITIVE_INFINITY;
    const found = new Set(events.map(({ seq }) => seq));
    for (const [seq, held] of this.#held) {
      if (found.has(seq)) held.checkedAt = asked;
      else if (seq > after && seq <= end && held.since < asked) this.#held.delete(seq);
    }
    this.#holes = this.#holes.filter(
      ({ from, to, closesAt }) => from <= after || to > end || closesAt > asked,
    );
    const hole = this.#holes.find(({ from, before }) => !before && from > last);
    return hole ? hole.from - 1 : Math.max(last, this.upTo);
  }

  /** Gives out what its turn has come for. */
  *ready(now: number): Generator<DurableEvent, void, undefined> {
    const dueSince = this.isFull ? Number.POSITIVE_INFINITY : now - holdMs;
    for (;;) {
      const seq = this.#held.has(this.#next) ? this.#next : Math.min(...this.#held.keys());
      const held = this.#held.get(seq);
      if (!held || (seq > this.#next && !this.#pass(seq, held, dueSince))) return;
      this.#held.delete(seq);
      this.#next = seq + 1;
      yield held.event;
    }
  }

  /** When to look again, and from where to read the log then, unless it was. */
  wake(graceMs: number): Wake | undefined {
    const hole = this.#open();
    let first: Wake | undefined = hole && { at: hole.closesAt, from: hole.from - 1 };
    for (const { since, checkedAt } of this.#held.values()) {
      const wake = checkedAt ? { at: since + holdMs } : { at: since + graceMs, from: this.upTo };
      if (!first || wake.at < first.at) first = wake;
    }
    return first;
  }

  /** Begins anew behind a number: what is missing before it can't be had. */
  restart(after: number): void {
    this.#next = after + 1;
    this.#holes = [];
    for (const seq of this.#held.keys()) if (seq <= after) this.#held.delete(seq);
  }

  /** Whether to go on to a number without those before it. They become a hole while they may come. */
  #pass(to: number, { event, checkedAt }: Held, dueSince: number): boolean {
    if (!checkedAt) return false;
    const closesAt = Date.parse(event.sentAt) + windowMs - this.#ahead;
    if (closesAt <= checkedAt) return true;
    // What has waited for long enough takes along all that is before it.
    if (![...this.#held].some(([seq, { since }]) => seq >= to && since <= dueSince)) return false;
    this.#holes.push({ from: this.#next, to: to - 1, closesAt });
    return true;
  }

  /** The lowest hole to ask the log for. Holes are opened in order. */
  #open(): Hole | undefined {
    return this.#holes.find(({ before }) => !before);
  }
}
