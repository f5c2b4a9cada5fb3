import { setImmediate } from 'node:timers/promises';

/**
 * Holds the timers and deadlines of a file's tests. The server limits its waits in real time, and a busy
 * machine may exceed these limits. Time moves only when a test moves it.
 */
export function holdTime(): void {
  beforeEach(() => {
    jest.useFakeTimers({
      doNotFake: ['Date', 'hrtime', 'nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'],
    });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
}

/** Waits until a condition is true, while time is held. */
export async function waitUntil(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await setImmediate();
}
