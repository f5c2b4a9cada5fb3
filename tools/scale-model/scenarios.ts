import { assumed, configured } from './assumptions.ts';
import type { FanOut } from './fan-out.ts';
import type { Habits } from './model.ts';
import { quotas } from './prices.ts';

/** A busy team: six hours online, twenty messages, everything switched on. */
export const busy: Habits = {
  hoursOnline: 6,
  messages: 20,
  // A beginning and an end for each message.
  typings: 40,
  reads: 30,
  amendments: 5,
  pages: 5,
  // Every nine minutes of silence or so.
  pings: 40,
  sessions: 3,
  reconnects: 2,
  rooms: 3,
  roomSize: 20,
  peak: 3,
};

/** The same people when clients send nothing but messages, and rooms are told of nobody. */
export const messagesOnly: Habits = {
  ...busy,
  typings: 0,
  reads: 0,
  amendments: 0,
  pages: 0,
  sessions: 0,
  reconnects: busy.sessions + busy.reconnects,
};

/** A fan-out as the code does it, on AWS as it is assumed to be. */
export const fanOut = (postCpuMs: number): Omit<FanOut, 'recipients'> => ({
  threshold: configured.threshold,
  ackWaitMs: configured.ackWaitMs,
  chunkSize: configured.threshold,
  inFlight: configured.inFlight,
  postCpuMs: postCpuMs / assumed.cores,
  post: { medianMs: assumed.postMs, sigma: 0.5 },
  slowShare: 0.001,
  retry: {
    tries: configured.maxAttempts,
    baseMs: configured.firstPauseMs,
    capMs: Number.POSITIVE_INFINITY,
    budgetMs: configured.budgetMs,
  },
  throttle: { perSecond: quotas.gatewayPerSecond, burst: quotas.gatewayBurst },
  read: { pageSize: configured.pageSize, pageMs: assumed.tableMs, rowMs: 0.02 },
  lambda: {
    atOnce: configured.enqueueConcurrency,
    accept: { medianMs: assumed.invokeMs, sigma: 0.4 },
    queue: { medianMs: 20, sigma: 0.5 },
    warm: 10,
    cold: { medianMs: 400, sigma: 0.3 },
    limit: quotas.lambdaConcurrency,
  },
});
