import { backoff, sleep, withTimeout } from './async.ts';
import { isRetryable, KaiwaError, timeoutError } from './errors.ts';

/** The most tasks that wait. Beyond that, the caller is better off with an error. */
const maxWaiting = 100;

/** The longest pause before a retry, in milliseconds. */
const maxRetryDelayMs = 5_000;

/**
 * Runs tasks one after the other, in the order of the calls. It retries each task until it is done,
 * fails for good, or times out. A retry must be harmless: the caller gives each task an id.
 */
export class Outbox {
  readonly #timeoutMs: number;
  readonly #ended = new AbortController();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Creates an outbox. Each task has `timeoutMs` milliseconds from the call of `add`. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Adds a task. Throws `queue_full` at once, `timeout`, or the first error that is not retryable. */
  async add<T>(task: (signal: AbortSignal) => Promise<T>, callerSignal?: AbortSignal): Promise<T> {
    if (this.#waiting >= maxWaiting) {
      const message = `${maxWaiting} sends are waiting. Retry later.`;
      throw new KaiwaError('queue_full', message, { retryable: true });
    }
    this.#waiting += 1;
    const signal = callerSignal
      ? AbortSignal.any([callerSignal, this.#ended.signal])
      : this.#ended.signal;
    const result = retryUntil(this.#timeoutMs, signal, task, this.#last);
    // Waits for both: after an aborted task, the next one must not overtake those before it.
    this.#last = Promise.allSettled([this.#last, result]).then(() => {});
    return result.finally(() => {
      this.#waiting -= 1;
    });
  }

  /** Fails every task, waiting or later, with this reason. */
  end(reason: unknown): void {
    this.#ended.abort(reason);
  }
}

/**
 * Retries a task until it is done, fails for good, or `timeoutMs` milliseconds have passed. It starts
 * after `previous` has settled.
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
