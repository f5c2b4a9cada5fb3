import { KaiwaError } from '../../client/index.ts';

/** Tries, and the first pause between two of them in milliseconds. */
const tries = 5;
const firstPauseMs = 400;

/** Asks a few times, where what is wrong may pass: a request of one’s own is asked once by the client. */
export async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = tries; ; left -= 1) {
    try {
      return await ask();
    } catch (thrown) {
      const mayPass = thrown instanceof KaiwaError && thrown.retryable;
      if (!mayPass || left <= 1) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, firstPauseMs * 2 ** (tries - left)));
    }
  }
}
