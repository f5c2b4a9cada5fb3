import { deadline } from '../lib/deadline.ts';
import { addCount } from '../observability/invocation.ts';
import type { AwsResponse, RequestLimits } from './client.ts';

const maxAttempts = 5;

/** What the first pause between two tries is at most; each further one may be twice as long. */
const baseDelayMs = 100;

/**
 * Tries again what may pass: throttling, an error of the server, and no answer. It takes no longer than its
 * budget, of which no try has more than a third, and ends with the invocation. Returns the last answer.
 *
 * A pause is of random length, from nothing (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/):
 * those who were refused together must not come back together.
 */
export async function withRetry(
  attempt: (patience: RequestLimits) => Promise<AwsResponse>,
  budgetMs: number,
): Promise<AwsResponse> {
  const signal = deadline.getStore()?.signal;
  const deadlineAt = performance.now() + budgetMs;
  for (let attemptNumber = 1; ; attemptNumber += 1) {
    // A pause may have taken longer than it was to; Node warns of a timer that is set to less.
    const timeoutMs = Math.max(1, Math.min(budgetMs / 3, deadlineAt - performance.now()));
    const response = await attempt({ timeoutMs, signal });
    const delayMs = Math.random() * baseDelayMs * 2 ** (attemptNumber - 1);
    const isLast = attemptNumber === maxAttempts || performance.now() + delayMs >= deadlineAt;
    if (isLast || !isRetryable(response)) return response;
    await sleep(delayMs, signal);
    if (!signal?.aborted) addCount('Retries');
  }
}

/** By these names services that speak JSON refuse what is too much, with status 400. */
const throttlingErrors = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

/** Whether what came back may be another answer later: no answer, throttling, an error of the server. */
export function isRetryable(answer: AwsResponse): boolean {
  const { status, error } = answer;
  if (status === 0) return error !== 'AbortError';
  return (
    status === 429 || status >= 500 || (status === 400 && throttlingErrors.has(errorNameOf(answer)))
  );
}

/** The name of a refusal, which the header or the body bears. Where there is no answer, what befell it. */
export function errorNameOf({ status, error, body = '' }: AwsResponse): string {
  const [, name] = /"__type"\s*:\s*"(?:[^"#]*#)?(\w+)"/.exec(body) ?? [];
  return name ?? (error || `status ${status}`);
}

/** Waits for so long, or until the signal. */
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
