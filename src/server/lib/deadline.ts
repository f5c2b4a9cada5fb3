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
const endlessMs = 2 ** 31 - 1;

/** What is not run by an invocation. */
const endless: Deadline = {
  invocation: new AbortController().signal,
  signal: new AbortController().signal,
  remainingMs: () => endlessMs,
};

/** Milliseconds until the invocation that runs now answers for want of time. */
export function remainingMs(): number {
  return (deadline.getStore() ?? endless).remainingMs();
}

/**
 * Does a part of the work, and aborts what of it is still on its way after so many milliseconds. It
 * ends with what it is a part of, or, where it must be done in any case, with the invocation.
 */
export async function within<T>(
  ms: number,
  work: (over: AbortSignal) => Promise<T>,
  endsWith: 'signal' | 'invocation' = 'signal',
): Promise<T> {
  const outer = deadline.getStore() ?? endless;
  const spent = new AbortController();
  const end = () => spent.abort(new DOMException(`Not done within ${ms} ms.`, 'TimeoutError'));
  const timer = setTimeout(end, ms);
  if (ms <= 0) end();
  const signal = AbortSignal.any([outer[endsWith], spent.signal]);
  try {
    return await deadline.run({ ...outer, signal }, () => work(signal));
  } finally {
    clearTimeout(timer);
  }
}
