/** Never aborts. */
export const neverAborts: AbortSignal = new AbortController().signal;

/** A timer that is set to more fires at once, and Node warns of one that is set to less than nothing. */
const maxTimerMs = 2 ** 31 - 1;

/** Calls once after so many milliseconds, unless the returned function is called before. */
export function setTimer(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, Math.max(0, Math.min(ms, maxTimerMs)));
  return () => clearTimeout(timer);
}

/**
 * How long to wait before a try: anything from nothing to twice as much each time, so that
 * thousands of clients that were cut off together do not come back together ("full jitter").
 */
export function backoff(attempt: number, maxMs: number, firstMs = 500): number {
  return Math.random() * Math.min(maxMs, firstMs * 2 ** attempt);
}

/**
 * Does something that may take long, until the time is over or the signal aborts: then it throws
 * `late()` or the signal's reason, and what was begun goes on unheard. The signal that it is given
 * aborts at the end in any case.
 */
export function withTimeout<T>(
  ms: number,
  createError: () => Error,
  signal: AbortSignal = neverAborts,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  // Without any reason, the platform would make an error each time, with a stack.
  const end = () => controller.abort(signal.reason ?? null);
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  const cancel = setTimer(ms, () => controller.abort(createError()));
  return abortable(controller.signal, () => task(controller.signal)).finally(() => {
    cancel();
    signal.removeEventListener('abort', end);
    end();
  });
}

/** Does something unless the signal aborts first: then it throws the signal's reason. */
export function abortable<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    task()
      .finally(() => signal.removeEventListener('abort', abort))
      .then(resolve, reject);
  });
}

/** Waits, unless the signal aborts first. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  let cancel = () => {};
  return abortable(
    signal,
    () => new Promise<void>((resolve) => (cancel = setTimer(ms, resolve))),
  ).finally(() => cancel());
}

/** Some twenty characters that nobody has chosen before: 96 random bits. */
export function randomId(): string {
  const numbers = crypto.getRandomValues(new Uint32Array(3));
  return Array.from(numbers, (number) => number.toString(36)).join('');
}
