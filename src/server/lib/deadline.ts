import { AsyncLocalStorage } from 'node:async_hooks';

/** How long what runs now may go on. */
export interface Deadline {
  /** Aborted when the invocation has answered for want of time. */
  readonly invocation: AbortSignal;
  /** Aborted then too, and already when the part of the work that runs now has used up its share. */
  readonly signal: AbortSignal;
  /** Milliseconds until the invocation answers for want of time. */
  readonly remainingMs: () => number;
}

/**
 * The deadline of the invocation that runs now. Every call outside heeds its signal: a Lambda is frozen
 * when it has answered, and what it had begun would go on when it thaws, minutes later.
 */
export const deadline = new AsyncLocalStorage<Deadline>();

/** The longest that a timer takes. */
const maxTimerMs = 2 ** 31 - 1;

/** What is not run by an invocation. */
const noDeadline: Deadline = {
  invocation: new AbortController().signal,
  signal: new AbortController().signal,
  remainingMs: () => maxTimerMs,
};

/** Milliseconds until the invocation that runs now answers for want of time. */
export function remainingMs(): number {
  return (deadline.getStore() ?? noDeadline).remainingMs();
}

/**
 * Does a part of the work, and aborts what of it is still on its way after so many milliseconds. It
 * ends with what it is a part of, or, where it must be done in any case, with the invocation.
 */
export async function withTimeout<T>(
  timeoutMs: number,
  task: (over: AbortSignal) => Promise<T>,
  scope: 'signal' | 'invocation' = 'signal',
): Promise<T> {
  const outer = deadline.getStore() ?? noDeadline;
  const timeout = new AbortController();
  const end = () =>
    timeout.abort(new DOMException(`Not done within ${timeoutMs} ms.`, 'TimeoutError'));
  const timer = setTimeout(end, timeoutMs);
  if (timeoutMs <= 0) end();
  const signal = AbortSignal.any([outer[scope], timeout.signal]);
  try {
    return await deadline.run({ ...outer, signal }, () => task(signal));
  } finally {
    clearTimeout(timer);
  }
}
