import { KaiwaError } from '../client/index.ts';

/** Tries, and the first pause between two of them in milliseconds. */
const tries = 5;
const firstPauseMs = 400;

/**
 * Asks a few times. Right after a reconnect the client has a connection before it is in its rooms
 * again, so a request of one’s own can be refused with `not_member` although one is a member.
 */
export async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = tries; ; left -= 1) {
    try {
      return await ask();
    } catch (thrown) {
      const isPassing =
        thrown instanceof KaiwaError && (thrown.retryable || thrown.code === 'not_member');
      if (!isPassing || left <= 1) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, firstPauseMs * 2 ** (tries - left)));
    }
  }
}
