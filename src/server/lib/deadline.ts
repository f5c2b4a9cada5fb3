import { AsyncLocalStorage } from 'node:async_hooks';

/** The time limit of the code that runs now. */
export interface Deadline {
  /** Aborts when the invocation runs out of time. */
  readonly invocation: AbortSignal;
  /** Aborts with `invocation`, and earlier if the current part of the work uses up its own time. */
  readonly signal: AbortSignal;
  /** Returns the milliseconds until the invocation runs out of time. */
  readonly remainingMs: () => number;
}

/**
 * The deadline of the current invocation. Every call to another service heeds its signal.
 * Lambda freezes a function after its answer. An open call would go on when it thaws, minutes later.
 */
export const deadline = new AsyncLocalStorage<Deadline>();

/** The longest delay that a Node.js timer takes. */
const maxTimerMs = 2 ** 31 - 1;

/** Applies to code that runs outside an invocation. */
const noDeadline: Deadline = {
  invocation: new AbortController().signal,
  signal: new AbortController().signal,
  remainingMs: () => maxTimerMs,
};

/** Returns the milliseconds until the current invocation runs out of time. */
export function remainingMs(): number {
  return (deadline.getStore() ?? noDeadline).remainingMs();
}

/**
 * Runs an invocation within its time. When the time is up, it aborts every call that is still open
 * and rejects with `createError(cause)`. The rejection does not wait for the task to end.
 */
export async function runInvocation<T>(
  remainingMs: () => number,
  task: () => Promise<T>,
  createError: (cause: Error) => Error,
): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const expired = Promise.withResolvers<never>();
  const expire = () => {
    const cause = timeoutError('The invocation ran out of time.');
    controller.abort(cause);
    expired.reject(createError(cause));
  };
  const timer = startTimer(expire, remainingMs());
  try {
    const running = deadline.run({ invocation: signal, signal, remainingMs }, task);
    return await Promise.race([running, expired.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a part of the work and aborts its open calls after `timeoutMs`. It also ends with the part
 * that contains it. Work that has to be done in any case ends with the `invocation` only.
 */
export async function withTimeout<T>(
  timeoutMs: number,
  task: (signal: AbortSignal) => Promise<T>,
  scope: 'signal' | 'invocation' = 'signal',
): Promise<T> {
  const outer = deadline.getStore() ?? noDeadline;
  const timeout = new AbortController();
  const expire = () => timeout.abort(timeoutError(`Not done within ${timeoutMs} ms.`));
  const timer = startTimer(expire, timeoutMs);
  const signal = AbortSignal.any([outer[scope], timeout.signal]);
  try {
    return await deadline.run({ ...outer, signal }, () => task(signal));
  } finally {
    clearTimeout(timer);
  }
}

/** Starts a timer. It expires at once if no time is left, so that not even one call begins. */
function startTimer(expire: () => void, ms: number) {
  const timer = setTimeout(expire, ms);
  if (ms <= 0) expire();
  return timer;
}

const timeoutError = (message: string) => new DOMException(message, 'TimeoutError');
