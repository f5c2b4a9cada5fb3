import { setTimeout } from 'node:timers/promises';

/** Time until an expectation fails, in milliseconds. */
const timeoutMs = 10_000;

/** Time between two checks, in milliseconds. */
const pollIntervalMs = 50;

/** Expects that a value matches within the timeout. Reads it again until it does. */
export function expectEventually<T>(read: () => Promise<T>) {
  const retry = async (check: (actual: T) => void): Promise<void> => {
    const end = Date.now() + timeoutMs;
    for (;;) {
      try {
        return check(await read());
      } catch (thrown) {
        if (Date.now() > end) throw thrown;
        await setTimeout(pollIntervalMs);
      }
    }
  };
  return {
    toBe: (expected: T) => retry((actual) => expect(actual).toBe(expected)),
    toEqual: (expected: unknown) => retry((actual) => expect(actual).toEqual(expected)),
    not: { toBe: (expected: T) => retry((actual) => expect(actual).not.toBe(expected)) },
    toContain: (expected: unknown) => retry((actual) => expect(actual).toContain(expected)),
  };
}
