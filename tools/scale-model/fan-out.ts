import type { Latency } from './random.ts';

/** One message to one room, and the world that it is delivered in. Times are milliseconds. */
export interface FanOut {
  readonly recipients: number;
  /** Up to so many recipients the sender's own invocation delivers. */
  readonly threshold: number;
  /** How long it does; whoever has not got the message by then is left to a further invocation. */
  readonly ackWaitMs: number;
  /** Above the threshold, so many go to each further invocation. */
  readonly chunkSize: number;
  /** Deliveries on their way at once, an invocation. */
  readonly inFlight: number;
  /** What one try keeps the invocation's share of a core busy for. */
  readonly postCpuMs: number;
  /** From the request to its answer. */
  readonly post: Latency;
  /** Recipients that never take theirs: the gateway answers only after we have given up. */
  readonly slowShare: number;
  /** Full jitter: a pause of up to `baseMs`, doubled each time up to `capMs`, within the tries and the time. */
  readonly retry: {
    readonly tries: number;
    readonly baseMs: number;
    readonly capMs: number;
    readonly budgetMs: number;
  };
  /** The account's bucket: what it holds at first and at most, and what runs in. */
  readonly throttle: { readonly perSecond: number; readonly burst: number };
  /** Reading the members: the page, what it takes, and what each row adds. */
  readonly read: { readonly pageSize: number; readonly pageMs: number; readonly rowMs: number };
  readonly lambda: {
    /** Hand-overs on their way at once. */
    readonly atOnce: number;
    /** Until an asynchronous invocation is accepted, and from then until it runs. */
    readonly accept: Latency;
    readonly queue: Latency;
    /** Environments that are ready; any other starts cold, and takes so much longer. */
    readonly warm: number;
    readonly cold: Latency;
    /** Further invocations that may run at once; the others wait. */
    readonly limit: number;
  };
}

/** What became of it. Times are milliseconds since the sender's invocation began to read. */
export interface FanOutResult {
  /** Until the last of those who got it had it. */
  readonly lastMs: number;
  /** Until the sender's invocation had nothing more to do. */
  readonly ackMs: number;
  readonly delivered: number;
  readonly givenUp: number;
  /** Requests that the gateway refused by 429. */
  readonly throttled: number;
  readonly invocations: number;
  /** What all invocations together ran for. */
  readonly billedMs: number;
}
