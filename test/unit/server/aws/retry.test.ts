import { getEventListeners } from 'node:events';
import type { AwsResponse, RequestLimits } from '../../../../src/server/aws/client.ts';
import { withRetry } from '../../../../src/server/aws/retry.ts';
import { withTimeout } from '../../../../src/server/lib/deadline.ts';
import { invocationStorage } from '../../../../src/server/observability/invocation.ts';

const fine: AwsResponse = { status: 200, error: '' };
const throttled: AwsResponse = { status: 429, error: 'LimitExceededException' };
const aborted: AwsResponse = { status: 0, error: 'AbortError' };
const silent: AwsResponse = { status: 0, error: 'TimeoutError' };

/** What each try was given, and when, in milliseconds from the beginning. */
let tries: { at: number; timeoutMs: number }[];

beforeEach(() => {
  tries = [];
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/**
 * Insists for three seconds on what is answered so, one answer a try, the last one again and again. An
 * answer that never comes takes the time that its try was given.
 */
async function runWithRetry(answers: AwsResponse[], random: number[] = [0.5]) {
  const start = performance.now();
  const left = [...random];
  jest
    .spyOn(Math, 'random')
    .mockImplementation(() => (left.length > 1 ? left.shift() : left[0]) ?? 0);
  const attempt = async ({ timeoutMs }: RequestLimits) => {
    tries.push({ at: performance.now() - start, timeoutMs });
    const answer = answers[tries.length - 1] ?? answers.at(-1) ?? fine;
    if (answer === silent) await new Promise((resolve) => setTimeout(resolve, timeoutMs));
    return answer;
  };
  const result = withRetry(attempt, 3_000);
  await jest.runAllTimersAsync();
  return { answer: await result, took: performance.now() - start };
}

describe('insisting', () => {
  it('counts each try but the first as made once more', async () => {
    const seen = { requestId: 'r1', metrics: {}, warnings: 0 };
    await invocationStorage.run(seen, () => runWithRetry([throttled, throttled, fine]));
    expect(seen.metrics).toEqual({ Retries: 2 });
  });

  it.each([
    ['success', fine],
    ['a connection that is gone', { status: 410, error: 'GoneException' }],
    ['a malformed id', { status: 400, error: 'BadRequestException' }],
    ['a refusal', { status: 403, error: 'ForbiddenException' }],
    ['too large a frame', { status: 413, error: 'PayloadTooLargeException' }],
    ['a redirection', { status: 302, error: '' }],
    ['its own end', aborted],
  ])('takes %s for final', async (_case, answer) => {
    expect(await runWithRetry([answer, fine])).toEqual({ answer, took: 0 });
    expect(tries).toHaveLength(1);
  });

  it.each([
    ['throttling', throttled],
    ['an error of the server', { status: 500, error: '' }],
    ['an error of what is before the server', { status: 504, error: '' }],
    ['a reset', { status: 0, error: 'ECONNRESET' }],
    ['silence', silent],
  ])('goes on after %s', async (_case, answer) => {
    expect(await runWithRetry([answer, fine])).toMatchObject({ answer: fine });
    expect(tries).toHaveLength(2);
  });

  it('ends after five tries with the last answer', async () => {
    const last = { status: 503, error: '' };
    const answers = [throttled, throttled, throttled, throttled, last, fine];
    expect(await runWithRetry(answers)).toMatchObject({ answer: last });
    expect(tries).toHaveLength(5);
  });

  it('pauses for a random part of a time that doubles', async () => {
    await runWithRetry([throttled], [0, 0.25, 0.5, 0.75]);
    expect(tries.map(({ at }) => at)).toEqual([0, 0, 50, 250, 850]);
  });

  it('gives no try more than a third of the time, and the last one the rest', async () => {
    expect(await runWithRetry([silent], [0, 0, 0.999])).toEqual({ answer: silent, took: 3_000 });
    expect(tries.map(({ timeoutMs }) => timeoutMs)).toEqual([1_000, 1_000, 1_000]);
    tries = [];
    expect(await runWithRetry([throttled, silent], [1, 0])).toEqual({
      answer: silent,
      took: 3_000,
    });
    expect(tries.map(({ timeoutMs }) => timeoutMs)).toEqual([1_000, 1_000, 1_000, 900]);
  });

  it('does not pause for a try that there would be no time for', async () => {
    expect(await runWithRetry([silent, silent, throttled], [0, 0, 1])).toMatchObject({
      took: 2_400,
    });
    expect(tries.map(({ at }) => at)).toEqual([0, 1_000, 2_000, 2_400]);
  });

  it('ends with what it is a part of, even in a pause, and leaves nothing behind', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const attempt = async ({ signal }: RequestLimits) => {
      signals.push(signal);
      return signal?.aborted ? aborted : throttled;
    };
    jest.spyOn(Math, 'random').mockReturnValue(1);
    const result = withTimeout(150, () => withRetry(attempt, 3_000));
    await jest.advanceTimersByTimeAsync(150);
    expect(await result).toEqual(aborted);
    expect(signals).toHaveLength(3);
    expect(signals.map((signal) => signal && getEventListeners(signal, 'abort'))).toEqual([
      [],
      [],
      [],
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
