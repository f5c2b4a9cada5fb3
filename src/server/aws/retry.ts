import { deadline } from '../lib/deadline.ts';
import { count } from '../observability/invocation.ts';
import type { Answer, Patience } from './client.ts';

const tries = 5;

/** What the first pause between two tries is at most; each further one may be twice as long. */
const firstPauseMs = 100;

/**
 * Tries again what may pass: throttling, an error of the server, and no answer. It takes no longer than its
 * budget, of which no try has more than a third, and ends with the invocation. Returns the last answer.
 *
 * A pause is of random length, from nothing (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/):
 * those who were refused together must not come back together.
 */
export async function insist(
  attempt: (patience: Patience) => Promise<Answer>,
  budgetMs: number,
): Promise<Answer> {
  const signal = deadline.getStore()?.signal;
  const end = performance.now() + budgetMs;
  for (let tried = 1; ; tried += 1) {
    // A pause may have taken longer than it was to; Node warns of a timer that is set to less.
    const timeoutMs = Math.max(1, Math.min(budgetMs / 3, end - performance.now()));
    const answer = await attempt({ timeoutMs, signal });
    const pauseMs = Math.random() * firstPauseMs * 2 ** (tried - 1);
    const isLast = tried === tries || performance.now() + pauseMs >= end;
    if (isLast || !passes(answer)) return answer;
    await pause(pauseMs, signal);
    if (!signal?.aborted) count('Retried');
  }
}

/** By these names services that speak JSON refuse what is too much, with status 400. */
const throttled = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

/** Whether what came back may be another answer later: no answer, throttling, an error of the server. */
export function passes(answer: Answer): boolean {
  const { status, error } = answer;
  if (status === 0) return error !== 'AbortError';
  return status === 429 || status >= 500 || (status === 400 && throttled.has(nameOf(answer)));
}

/** The name of a refusal, which the header or the body bears. Where there is no answer, what befell it. */
export function nameOf({ status, error, body = '' }: Answer): string {
  const [, name] = /"__type"\s*:\s*"(?:[^"#]*#)?(\w+)"/.exec(body) ?? [];
  return name ?? (error || `status ${status}`);
}

/** Waits for so long, or until the signal. */
function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
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
