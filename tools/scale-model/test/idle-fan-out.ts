import type { FanOut } from '../fan-out.ts';

/** A fan-out in which all latencies are constant, and only waiting takes time. */
export const idleFanOut: FanOut = {
  recipients: 1,
  threshold: 500,
  ackWaitMs: 1_000,
  chunkSize: 500,
  concurrency: 64,
  postCpuMs: 0,
  post: { medianMs: 10, sigma: 0 },
  slowShare: 0,
  retry: { maxAttempts: 5, baseMs: 100, capMs: Number.POSITIVE_INFINITY, budgetMs: 3_000 },
  throttle: { perSecond: 1e9, burst: 1e9 },
  read: { pageSize: 1_000, pageMs: 0, rowMs: 0 },
  lambda: {
    enqueueConcurrency: 16,
    accept: { medianMs: 20, sigma: 0 },
    queue: { medianMs: 30, sigma: 0 },
    warm: 1_000,
    cold: { medianMs: 400, sigma: 0 },
    limit: 1_000,
  },
};

/** Returns the settings of Lambda with some changes. */
export const changeLambda = (change: Partial<FanOut['lambda']>): FanOut['lambda'] => ({
  ...idleFanOut.lambda,
  ...change,
});
