import { KaiwaError } from '../../client/index.ts';

const maxAttempts = 5;

/** Delay before the second attempt. Each further delay is twice as long. */
const firstDelayMs = 400;

/**
 * Makes a request, and repeats it while its error is retryable.
 * `Client.request` makes one attempt, unlike the methods of `Room`.
 */
export async function retry<T>(request: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request();
    } catch (thrown) {
      const isRetryable = thrown instanceof KaiwaError && thrown.retryable;
      if (!isRetryable || attempt >= maxAttempts) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, firstDelayMs * 2 ** (attempt - 1)));
    }
  }
}
