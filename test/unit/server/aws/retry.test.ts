import { getEventListeners } from 'node:events';
import type { AwsResponse, RequestLimits } from '../../../../src/server/aws/client.ts';
import { withRetry } from '../../../../src/server/aws/retry.ts';
import { withTimeout } from '../../../../src/server/lib/deadline.ts';
import { invocationStorage } from '../../../../src/server/observability/invocation.ts';

const success: AwsResponse = { status: 200, error: '' };
const throttled: AwsResponse = { status: 429, error: 'LimitExceededException' };
const aborted: AwsResponse = { status: 0, error: 'AbortError' };
const silent: AwsResponse = { status: 0, error: 'TimeoutError' };

/** The start of each attempt and its timeout, in milliseconds. */
let attempts: { at: number; timeoutMs: number }[];

beforeEach(() => {
  attempts = [];
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});

afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

/**
 * Retries for three seconds. Each attempt gets the next response, and the last response is repeated. A
 * timeout takes all the time of its attempt.
 */
async function runWithRetry(responses: AwsResponse[], random: number[] = [0.5]) {
  const start = performance.now();
  const remaining = [...random];
  jest
    .spyOn(Math, 'random')
    .mockImplementation(() => (remaining.length > 1 ? remaining.shift() : remaining[0]) ?? 0);
  const attempt = async ({ timeoutMs }: RequestLimits) => {
    attempts.push({ at: performance.now() - start, timeoutMs });
    const response = responses[attempts.length - 1] ?? responses.at(-1) ?? success;
    if (response === silent) await new Promise((resolve) => setTimeout(resolve, timeoutMs));
    return response;
  };
  const result = withRetry(attempt, 3_000);
  await jest.runAllTimersAsync();
  return { response: await result, durationMs: performance.now() - start };
}

describe('withRetry', () => {
  it('counts each attempt after the first one as a retry', async () => {
    const invocation = { requestId: 'r1', metrics: {}, warnings: 0 };
    await invocationStorage.run(invocation, () => runWithRetry([throttled, throttled, success]));
    expect(invocation.metrics).toEqual({ Retries: 2 });
  });

  it.each([
    ['success', success],
    ['a connection that is gone', { status: 410, error: 'GoneException' }],
    ['a malformed id', { status: 400, error: 'BadRequestException' }],
    ['a rejection', { status: 403, error: 'ForbiddenException' }],
    ['too large a frame', { status: 413, error: 'PayloadTooLargeException' }],
    ['a redirect', { status: 302, error: '' }],
    ['an abort', aborted],
  ])('does not retry after %s', async (_case, response) => {
    expect(await runWithRetry([response, success])).toEqual({ response, durationMs: 0 });
    expect(attempts).toHaveLength(1);
  });

  it.each([
    ['throttling', throttled],
    ['a server error', { status: 500, error: '' }],
    ['an error of a gateway', { status: 504, error: '' }],
    ['a reset', { status: 0, error: 'ECONNRESET' }],
    ['a timeout', silent],
  ])('retries after %s', async (_case, response) => {
    expect(await runWithRetry([response, success])).toMatchObject({ response: success });
    expect(attempts).toHaveLength(2);
  });

  it('returns the last response after five attempts', async () => {
    const last = { status: 503, error: '' };
    const responses = [throttled, throttled, throttled, throttled, last, success];
    expect(await runWithRetry(responses)).toMatchObject({ response: last });
    expect(attempts).toHaveLength(5);
  });

  it('waits for a random part of a delay that doubles', async () => {
    await runWithRetry([throttled], [0, 0.25, 0.5, 0.75]);
    expect(attempts.map(({ at }) => at)).toEqual([0, 0, 50, 250, 850]);
  });

  it('limits each attempt to a third of the time, and the last one to the rest', async () => {
    expect(await runWithRetry([silent], [0, 0, 0.999])).toEqual({
      response: silent,
      durationMs: 3_000,
    });
    expect(attempts.map(({ timeoutMs }) => timeoutMs)).toEqual([1_000, 1_000, 1_000]);
    attempts = [];
    expect(await runWithRetry([throttled, silent], [1, 0])).toEqual({
      response: silent,
      durationMs: 3_000,
    });
    expect(attempts.map(({ timeoutMs }) => timeoutMs)).toEqual([1_000, 1_000, 1_000, 900]);
  });

  it('does not wait for an attempt that would have no time left', async () => {
    expect(await runWithRetry([silent, silent, throttled], [0, 0, 1])).toMatchObject({
      durationMs: 2_400,
    });
    expect(attempts.map(({ at }) => at)).toEqual([0, 1_000, 2_000, 2_400]);
  });

  it('ends with its deadline, even during a delay, and leaves nothing behind', async () => {
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
