import { setTimeout } from 'node:timers/promises';

/** How long a page may take to show something, and how often it is looked at, in milliseconds. */
const patienceMs = 10_000;
const everyMs = 50;

/** What is soon so, however long a page takes to show it. */
export function expectSoon<T>(look: () => Promise<T>) {
  const until = async (check: (seen: T) => void): Promise<void> => {
    const end = Date.now() + patienceMs;
    for (;;) {
      try {
        return check(await look());
      } catch (thrown) {
        if (Date.now() > end) throw thrown;
        await setTimeout(everyMs);
      }
    }
  };
  return {
    toBe: (wanted: T) => until((seen) => expect(seen).toBe(wanted)),
    toEqual: (wanted: unknown) => until((seen) => expect(seen).toEqual(wanted)),
    not: { toBe: (wanted: T) => until((seen) => expect(seen).not.toBe(wanted)) },
    toContain: (wanted: unknown) => until((seen) => expect(seen).toContain(wanted)),
  };
}
