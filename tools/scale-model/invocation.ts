import type { FanOut } from './fan-out.ts';
import { sampleLatency } from './random.ts';
import type { Timeline } from './timeline.ts';

/** A recipient of the message. A slow one does not accept it before the timeout. */
export interface Recipient {
  readonly slow: boolean;
}

/** State that the invocations of one fan-out share. */
interface SharedState {
  readonly fanOut: FanOut;
  readonly timeline: Timeline;
  readonly random: () => number;
  delivered: number;
  failed: number;
  throttled: number;
  lastMs: number;
  /** Takes a token of the account's bucket. Returns whether API Gateway accepts the request. */
  takeToken(): boolean;
}

/** The deliveries of one invocation. Some wait concurrently, but one thread does the work of all. */
export class Invocation {
  readonly #shared: SharedState;
  readonly #onDone: (undelivered: Recipient[]) => void;
  readonly #queue: Iterator<Recipient>;
  readonly #open = new Set<Recipient>();
  #busyUntil = 0;
  #isDone = false;

  /** Starts at `from`, and ends after `maxMs` at the latest. `onDone` gets the undelivered recipients. */
  constructor(
    shared: SharedState,
    from: number,
    recipients: readonly Recipient[],
    maxMs: number,
    onDone: (undelivered: Recipient[]) => void,
  ) {
    this.#shared = shared;
    this.#onDone = onDone;
    this.#queue = recipients.values();
    const { timeline, fanOut } = shared;
    timeline.at(from, () => {
      for (let slot = 0; slot < Math.min(fanOut.concurrency, recipients.length); slot += 1) {
        this.#startNext();
      }
      this.#endIfDone();
    });
    if (maxMs < Number.POSITIVE_INFINITY) timeline.at(from + maxMs, () => this.#stop());
  }

  /** Starts the delivery to the next recipient, if there is one. */
  #startNext(): void {
    const next = this.#queue.next();
    if (next.done) return;
    this.#open.add(next.value);
    const until = this.#shared.timeline.now + this.#shared.fanOut.retry.budgetMs;
    this.#attempt(next.value, 1, until);
  }

  /** Sends a request as soon as the thread is free. */
  #attempt(recipient: Recipient, number: number, until: number): void {
    const { timeline, fanOut } = this.#shared;
    this.#busyUntil = Math.max(this.#busyUntil, timeline.now) + fanOut.postCpuMs;
    this.#at(this.#busyUntil, () => this.#send(recipient, number, until));
  }

  #send(recipient: Recipient, number: number, until: number): void {
    const { timeline, fanOut, random } = this.#shared;
    const isAccepted = this.#shared.takeToken();
    const respondsAt =
      isAccepted && recipient.slow
        ? Number.POSITIVE_INFINITY
        : timeline.now + sampleLatency(fanOut.post, random);
    if (respondsAt >= until) this.#at(until, () => this.#finish(recipient, 'failed'));
    else if (isAccepted) this.#at(respondsAt, () => this.#finish(recipient, 'delivered'));
    else this.#at(respondsAt, () => this.#retry(recipient, number, until));
  }

  /** Attempts a throttled delivery again after a pause, within its limits. */
  #retry(recipient: Recipient, number: number, until: number): void {
    const { timeline, fanOut, random } = this.#shared;
    const { maxAttempts, baseMs, capMs } = fanOut.retry;
    this.#shared.throttled += 1;
    const at = timeline.now + random() * Math.min(capMs, baseMs * 2 ** (number - 1));
    if (number >= maxAttempts || at >= until) this.#finish(recipient, 'failed');
    else this.#at(at, () => this.#attempt(recipient, number + 1, until));
  }

  #finish(recipient: Recipient, outcome: 'delivered' | 'failed'): void {
    this.#shared[outcome] += 1;
    if (outcome === 'delivered') this.#shared.lastMs = this.#shared.timeline.now;
    this.#open.delete(recipient);
    this.#startNext();
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#open.size > 0) return;
    this.#isDone = true;
    this.#onDone([]);
  }

  /** Ends the invocation, and aborts its open deliveries. */
  #stop(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const notStarted = { [Symbol.iterator]: () => this.#queue };
    this.#onDone([...this.#open, ...notStarted]);
  }

  /** Runs a function at a time, unless the invocation has ended by then. */
  #at(time: number, run: () => void): void {
    this.#shared.timeline.at(time, () => {
      if (!this.#isDone) run();
    });
  }
}
