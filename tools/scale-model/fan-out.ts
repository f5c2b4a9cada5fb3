import type { Latency } from './random.ts';

/** One message to one room, and the environment of its deliveries. Times are in milliseconds. */
export interface FanOut {
  readonly recipients: number;
  /** Largest number of recipients that the sender's own invocation delivers to. */
  readonly threshold: number;
  /** Time that the sender's invocation delivers. Other recipients go to a further invocation. */
  readonly ackWaitMs: number;
  /** Recipients per chunk, above the threshold. */
  readonly chunkSize: number;
  /** Concurrent deliveries per invocation. */
  readonly concurrency: number;
  /** Time that one attempt uses the invocation's share of a core. */
  readonly postCpuMs: number;
  /** Time from the request to its response. */
  readonly post: Latency;
  /** Share of recipients that accept no event. API Gateway responds after the timeout of a delivery. */
  readonly slowShare: number;
  /** Retries with full jitter: a pause of up to `baseMs`, doubled after each attempt up to `capMs`. */
  readonly retry: {
    readonly maxAttempts: number;
    readonly baseMs: number;
    readonly capMs: number;
    readonly budgetMs: number;
  };
  /** The token bucket of the account: its rate, and its initial and largest content. */
  readonly throttle: { readonly perSecond: number; readonly burst: number };
  /** The query of the members: rows per page, time per page, and time per row. */
  readonly read: { readonly pageSize: number; readonly pageMs: number; readonly rowMs: number };
  readonly lambda: {
    /** Chunks that are enqueued concurrently. */
    readonly enqueueConcurrency: number;
    /** Time until an asynchronous invocation is accepted. */
    readonly accept: Latency;
    /** Time from then until it runs. */
    readonly queue: Latency;
    /** Number of warm environments. */
    readonly warm: number;
    /** Additional time of a cold start. */
    readonly cold: Latency;
    /** Further invocations that may run concurrently. The others wait. */
    readonly limit: number;
  };
}

/** The outcome of a fan-out. Times are milliseconds since the sender's invocation began to read. */
export interface FanOutResult {
  /** Time of the last delivery. */
  readonly lastMs: number;
  /** Time when the sender's invocation ended. */
  readonly ackMs: number;
  readonly delivered: number;
  readonly failed: number;
  /** Requests that API Gateway rejected with 429. */
  readonly throttled: number;
  readonly invocations: number;
  /** Duration of all invocations together. */
  readonly billedMs: number;
}
