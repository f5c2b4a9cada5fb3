import type { FanOut } from './fan-out.ts';
import { sampleLatency } from './random.ts';
import type { Timeline } from './timeline.ts';

/** Who is to get the message; a slow one never takes it in time. */
export interface Recipient {
  readonly slow: boolean;
}

/** What the invocations of one fan-out have in common. */
interface Shared {
  readonly fanOut: FanOut;
  readonly timeline: Timeline;
  readonly random: () => number;
  delivered: number;
  givenUp: number;
  throttled: number;
  lastMs: number;
  /** Whether the gateway takes one more request now. */
  admit(): boolean;
}

/** One invocation at its deliveries: so many at once, and one thread for the work of them all. */
export class Invocation {
  readonly #shared: Shared;
  readonly #onDone: (left: Recipient[]) => void;
  readonly #next: Iterator<Recipient>;
  readonly #open = new Set<Recipient>();
  #busyUntil = 0;
  #isDone = false;

  /** Begins at a time, takes at most `patienceMs` from then, and tells who is left when it is done. */
  constructor(
    shared: Shared,
    from: number,
    recipients: readonly Recipient[],
    patienceMs: number,
    done: (left: Recipient[]) => void,
  ) {
    this.#shared = shared;
    this.#onDone = done;
    this.#next = recipients.values();
    const { timeline, fanOut } = shared;
    timeline.at(from, () => {
      for (let slot = 0; slot < Math.min(fanOut.inFlight, recipients.length); slot += 1) {
        this.#begin();
      }
      this.#endIfDone();
    });
    if (patienceMs < Number.POSITIVE_INFINITY) {
      timeline.at(from + patienceMs, () => this.#stop());
    }
  }

  /** Takes up the next recipient, if there is one. */
  #begin(): void {
    const next = this.#next.next();
    if (next.done) return;
    this.#open.add(next.value);
    const until = this.#shared.timeline.now + this.#shared.fanOut.retry.budgetMs;
    this.#try(next.value, 1, until);
  }

  /** Sends one request as soon as the thread has got round to it. */
  #try(recipient: Recipient, attempt: number, until: number): void {
    const { timeline, fanOut } = this.#shared;
    this.#busyUntil = Math.max(this.#busyUntil, timeline.now) + fanOut.postCpuMs;
    this.#at(this.#busyUntil, () => this.#send(recipient, attempt, until));
  }

  #send(recipient: Recipient, attempt: number, until: number): void {
    const { timeline, fanOut, random } = this.#shared;
    const admitted = this.#shared.admit();
    const answerAt =
      admitted && recipient.slow
        ? Number.POSITIVE_INFINITY
        : timeline.now + sampleLatency(fanOut.post, random);
    if (answerAt >= until) this.#at(until, () => this.#end(recipient, 'givenUp'));
    else if (admitted) this.#at(answerAt, () => this.#end(recipient, 'delivered'));
    else this.#at(answerAt, () => this.#retry(recipient, attempt, until));
  }

  /** Was refused: tries again after a pause, while the budgets allow. */
  #retry(recipient: Recipient, attempt: number, until: number): void {
    const { timeline, fanOut, random } = this.#shared;
    const { tries, baseMs, capMs } = fanOut.retry;
    this.#shared.throttled += 1;
    const at = timeline.now + random() * Math.min(capMs, baseMs * 2 ** (attempt - 1));
    if (attempt >= tries || at >= until) this.#end(recipient, 'givenUp');
    else this.#at(at, () => this.#try(recipient, attempt + 1, until));
  }

  #end(recipient: Recipient, as: 'delivered' | 'givenUp'): void {
    this.#shared[as] += 1;
    if (as === 'delivered') this.#shared.lastMs = this.#shared.timeline.now;
    this.#open.delete(recipient);
    this.#begin();
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#open.size > 0) return;
    this.#isDone = true;
    this.#onDone([]);
  }

  /** Ends here: what is on its way is broken off. */
  #stop(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const notStarted = { [Symbol.iterator]: () => this.#next };
    this.#onDone([...this.#open, ...notStarted]);
  }

  /** Lets something happen unless this has ended by then. */
  #at(time: number, run: () => void): void {
    this.#shared.timeline.at(time, () => {
      if (!this.#isDone) run();
    });
  }
}
