import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Aborted when the invocation that runs now has answered for want of time. Every call outside heeds
 * it: a Lambda is frozen when it has answered, and what it had begun would go on when it thaws,
 * minutes later.
 */
export const deadline = new AsyncLocalStorage<AbortSignal>();

/** The deadline of this invocation, and of this call where it has one of its own. */
export function abortSignal(withinMs?: number): { abortSignal?: AbortSignal } {
  const signals = [
    deadline.getStore(),
    withinMs === undefined ? undefined : AbortSignal.timeout(withinMs),
  ].filter((signal) => signal !== undefined);
  return signals.length === 0 ? {} : { abortSignal: AbortSignal.any(signals) };
}
