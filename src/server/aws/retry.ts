import { deadline } from '../lib/deadline.ts';
import { addCount } from '../observability/invocation.ts';
import type { AwsResponse, RequestLimits } from './client.ts';

const maxAttempts = 5;

/** The longest delay after the first attempt, in milliseconds. It doubles with each further one. */
const baseDelayMs = 100;

/**
 * Retries throttling, server errors and missing responses, and returns the last response. All attempts
 * together take at most `budgetMs`, and each at most a third of it. They end with the deadline.
 *
 * Each delay has a random length from 0 (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 * Otherwise, requests that were throttled together would return together.
 */
export async function withRetry(
  attempt: (limits: RequestLimits) => Promise<AwsResponse>,
  budgetMs: number,
): Promise<AwsResponse> {
  const signal = deadline.getStore()?.signal;
  const deadlineAt = performance.now() + budgetMs;
  for (let attemptNumber = 1; ; attemptNumber += 1) {
    // At least 1 ms, since a delay may have been too long, and Node warns of a shorter timer.
    const timeoutMs = Math.max(1, Math.min(budgetMs / 3, deadlineAt - performance.now()));
    const response = await attempt({ timeoutMs, signal });
    const delayMs = Math.random() * baseDelayMs * 2 ** (attemptNumber - 1);
    const isLast = attemptNumber === maxAttempts || performance.now() + delayMs >= deadlineAt;
    if (isLast || !isRetryable(response)) return response;
    await sleep(delayMs, signal);
    if (!signal?.aborted) addCount('Retries');
  }
}

/** The names of throttling errors that services with a JSON protocol send with status 400. */
const throttlingErrors = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

/** Returns whether a retry may succeed: after throttling, a server error or a missing response. */
export function isRetryable(response: AwsResponse): boolean {
  const { status, error } = response;
  if (status === 0) return error !== 'AbortError';
  return (
    status === 429 || status >= 500 || (status === 400 && throttlingErrors.has(errorName(response)))
  );
}

/** Returns the error's name from the body or the header. Without a response, it is the socket's error. */
export function errorName({ status, error, body = '' }: AwsResponse): string {
  const [, name] = /"__type"\s*:\s*"(?:[^"#]*#)?(\w+)"/.exec(body) ?? [];
  return name ?? (error || `status ${status}`);
}

/** Waits for a delay, or until the signal aborts. */
function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
