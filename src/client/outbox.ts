import { backoff, sleep, withTimeout } from './async.ts';
import { isRetryable, KaiwaError, timeoutError } from './errors.ts';

/** More than so many wait for nothing: the caller had better hear of it. */
const maxWaiting = 100;

/** How long to wait between two tries at most, in milliseconds. */
const maxRetryDelayMs = 5_000;

/**
 * Does things that may fail for a while again and again, one after the other in the order in which
 * they were asked for, each until it is done, can't be done, or its time is over. What is done again
 * must be harmless: the caller gives it an id.
 */
export class Outbox {
  readonly #timeoutMs: number;
  readonly #ended = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Each has so many milliseconds, from when it was asked for. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Throws `queue_full` at once, `timeout` when its time is over, or what can't be mended. */
  async add<T>(task: (signal: AbortSignal) => Promise<T>, callerSignal?: AbortSignal): Promise<T> {
    if (this.#waiting >= maxWaiting) {
      throw new KaiwaError('queue_full', `${maxWaiting} sends are waiting.`, { retryable: true });
    }
    this.#waiting += 1;
    const signal = callerSignal
      ? AbortSignal.any([callerSignal, this.#ended.signal])
      : this.#ended.signal;
    const result = retryUntil(this.#timeoutMs, signal, task, this.#last);
    // Both: one that is given up while it waits does not let the next overtake those before it.
    this.#last = Promise.allSettled([this.#last, result]).then(() => {});
    return result.finally(() => {
      this.#waiting -= 1;
    });
  }

  /** Gives up everything that waits, and all that is yet to be asked for. */
  end(reason: unknown): void {
    this.#ended.abort(reason);
  }
}

/**
 * Does something again and again until it is done, can't be done, or its time (milliseconds) is
 * over, beginning when what was before has ended.
 */
export function retryUntil<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  task: (signal: AbortSignal) => Promise<T>,
  previous?: Promise<unknown>,
): Promise<T> {
  let lastError: unknown;
  const createError = () => timeoutError(lastError);
  return withTimeout(timeoutMs, createError, signal, async (timeoutSignal) => {
    await previous;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await task(timeoutSignal);
      } catch (thrown) {
        if (timeoutSignal.aborted || !isRetryable(thrown)) throw thrown;
        lastError = thrown;
        await sleep(thrown.retryAfterMs ?? backoff(attempt, maxRetryDelayMs), timeoutSignal);
      }
    }
  });
}
