/**
 * How long a gap stays open after the event above it has come, in milliseconds. A `seq` is written within
 * this time of its allocation, or never (promise 4).
 */
export const gapTimeoutMs = 30_000;

/** A range of `seq`s that were skipped and whose events may still come. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** When the gap closes if the log still lacks its events, in milliseconds of the client's timeline. */
  readonly closesAt: number;
  /** The `sentAt` of the event above the gap, in milliseconds since 1970. */
  readonly sentAt: number;
  /** The newest `seq` of the log when it was last read without the events of the gap. */
  readonly logEnd: number;
  /** Whether the gap lies before the start of the subscription. The client does not read it. */
  readonly isBeforeStart?: boolean;
}

/** The open gaps below the events that a room has delivered, in ascending order. */
export class OpenGaps {
  #gaps: Gap[] = [];

  /** The lowest gap to read from the log. */
  get first(): Gap | undefined {
    return this.firstAfter(0);
  }

  /** Returns the lowest gap above a `seq` to read from the log. */
  firstAfter(seq: number): Gap | undefined {
    return this.#gaps.find(({ from, isBeforeStart }) => !isBeforeStart && from > seq);
  }

  /** Adds a gap above all others. */
  add(gap: Gap): void {
    this.#gaps.push(gap);
  }

  /** Returns whether a `seq` is in a gap that the client reads from the log. */
  has(seq: number): boolean {
    const gap = this.#find(seq);
    return gap !== undefined && !gap.isBeforeStart;
  }

  /** Takes the `seq` of a late event out of its gap. Returns whether the gap was open. */
  take(seq: number, now: number): boolean {
    const gap = this.#find(seq);
    if (!gap || (gap.isBeforeStart && gap.closesAt <= now)) return false;
    const rest = [
      { ...gap, to: seq - 1 },
      { ...gap, from: seq + 1 },
    ].filter(({ from, to }) => from <= to);
    this.#gaps.splice(this.#gaps.indexOf(gap), 1, ...rest);
    return true;
  }

  /** Closes all gaps but those that are still open. */
  retain(isOpen: (gap: Gap) => boolean): void {
    this.#gaps = this.#gaps.filter(isOpen);
  }

  #find(seq: number): Gap | undefined {
    return this.#gaps.find(({ from, to }) => from <= seq && seq <= to);
  }
}
