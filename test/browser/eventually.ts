import { setTimeout } from 'node:timers/promises';

/** How long a page may take to show something, and how often it is looked at, in milliseconds. */
const timeoutMs = 10_000;
const pollIntervalMs = 50;

/** What is soon so, however long a page takes to show it. */
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
