import { KaiwaError } from '../../client/index.ts';

/** Tries, and the first pause between two of them in milliseconds. */
const maxAttempts = 5;
const firstDelayMs = 400;

/** Asks a few times, where what is wrong may pass: a request of one’s own is asked once by the client. */
export async function retry<T>(request: () => Promise<T>): Promise<T> {
  for (let attemptsLeft = maxAttempts; ; attemptsLeft -= 1) {
    try {
      return await request();
    } catch (thrown) {
      const isRetryable = thrown instanceof KaiwaError && thrown.retryable;
      if (!isRetryable || attemptsLeft <= 1) throw thrown;
      await new Promise((resolve) =>
        setTimeout(resolve, firstDelayMs * 2 ** (maxAttempts - attemptsLeft)),
      );
    }
  }
}
