import { assumed, configured } from './assumptions.ts';
import type { FanOut } from './fan-out.ts';
import type { Habits } from './model.ts';
import { quotas } from './prices.ts';

/** A busy team that uses all features. */
export const busy: Habits = {
  hoursOnline: 6,
  messages: 20,
  // A start and an end for each message.
  typings: 40,
  reads: 30,
  amendments: 5,
  pages: 5,
  // One per nine idle minutes.
  pings: 40,
  sessions: 3,
  reconnects: 2,
  rooms: 3,
  roomSize: 20,
  peak: 3,
};

/** The same team if clients only send messages, and presence is off. */
export const messagesOnly: Habits = {
  ...busy,
  typings: 0,
  reads: 0,
  amendments: 0,
  pages: 0,
  sessions: 0,
  reconnects: busy.sessions + busy.reconnects,
};

/** Creates a fan-out with the constants of the code and the assumed latencies of AWS. */
export const createFanOut = (postCpuMs: number): Omit<FanOut, 'recipients'> => ({
  threshold: configured.threshold,
  ackWaitMs: configured.ackWaitMs,
  chunkSize: configured.threshold,
  concurrency: configured.concurrency,
  postCpuMs: postCpuMs / assumed.cores,
  post: { medianMs: assumed.postMs, sigma: 0.5 },
  slowShare: 0.001,
  retry: {
    maxAttempts: configured.maxAttempts,
    baseMs: configured.firstPauseMs,
    capMs: Number.POSITIVE_INFINITY,
    budgetMs: configured.budgetMs,
  },
  throttle: { perSecond: quotas.gatewayPerSecond, burst: quotas.gatewayBurst },
  read: { pageSize: configured.pageSize, pageMs: assumed.tableMs, rowMs: 0.02 },
  lambda: {
    enqueueConcurrency: configured.enqueueConcurrency,
    accept: { medianMs: assumed.invokeMs, sigma: 0.4 },
    queue: { medianMs: 20, sigma: 0.5 },
    warm: 10,
    cold: { medianMs: 400, sigma: 0.3 },
    limit: quotas.lambdaConcurrency,
  },
});
