/** A signal that never aborts. */
export const neverAborts: AbortSignal = new AbortController().signal;

/** The longest delay that a timer takes, in milliseconds. With a longer one it fires at once. */
const maxTimerMs = 2 ** 31 - 1;

/** Creates a controller that also aborts when a signal does, with its reason, unless it aborts before. */
export function createLinkedController(parent: AbortSignal): AbortController {
  const controller = new AbortController();
  // Without a reason, the platform creates an error with a stack for each abort.
  const abort = () => controller.abort(parent.reason ?? null);
  if (parent.aborted) abort();
  parent.addEventListener('abort', abort);
  controller.signal.addEventListener('abort', () => parent.removeEventListener('abort', abort));
  return controller;
}

/** Calls `callback` once after `ms` milliseconds. The returned function cancels the call. */
export function setTimer(ms: number, callback: () => void): () => void {
  // Node warns about a negative delay.
  const timer = setTimeout(callback, Math.max(0, Math.min(ms, maxTimerMs)));
  return () => clearTimeout(timer);
}

/**
 * Returns the pause before an attempt, in milliseconds: a random time below a bound that doubles with
 * each attempt. This is "full jitter". Clients that lost their connections together come back apart.
 */
export function backoff(attempt: number, maxMs: number, firstMs = 500): number {
  return Math.random() * Math.min(maxMs, firstMs * 2 ** attempt);
}

/**
 * Runs a task for at most `ms` milliseconds. Throws `createError()` when the time is up, or the reason
 * of `signal` when it aborts. The result of the task is then ignored. The task gets a signal of its
 * own, which aborts when the call ends, also after success.
 */
export function withTimeout<T>(
  ms: number,
  createError: () => Error,
  signal: AbortSignal = neverAborts,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = createLinkedController(signal);
  const cancel = setTimer(ms, () => controller.abort(createError()));
  return abortable(controller.signal, () => task(controller.signal)).finally(() => {
    cancel();
    controller.abort(null);
  });
}

/** Runs a task, and throws the signal's reason if the signal aborts first. */
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

/** Waits for `ms` milliseconds, and throws the signal's reason if the signal aborts first. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  let cancel = () => {};
  return abortable(
    signal,
    () => new Promise<void>((resolve) => (cancel = setTimer(ms, resolve))),
  ).finally(() => cancel());
}

/** Returns a unique id of about twenty characters: 96 random bits. */
export function randomId(): string {
  const numbers = crypto.getRandomValues(new Uint32Array(3));
  return Array.from(numbers, (number) => number.toString(36)).join('');
}
