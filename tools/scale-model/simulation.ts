import type { FanOut, FanOutResult } from './fan-out.ts';
import { Invocation, type Recipient } from './invocation.ts';
import { quantile, sampleLatency, seeded } from './random.ts';
import { Timeline } from './timeline.ts';

/** Simulates one fan-out. The same seed gives the same result. */
export function simulate(fanOut: FanOut, seed = 1): FanOutResult {
  const simulation = new FanOutSimulation(fanOut, seed);
  simulation.timeline.run();
  const { ackMs, lastMs, delivered, failed, throttled, invocations, billedMs } = simulation;
  return { lastMs, ackMs, delivered, failed, throttled, invocations, billedMs };
}

/** One fan-out: its clock, the token bucket of the account, and the concurrency of Lambda. */
class FanOutSimulation {
  readonly timeline = new Timeline();
  readonly fanOut: FanOut;
  readonly random: () => number;
  ackMs = 0;
  lastMs = 0;
  delivered = 0;
  failed = 0;
  throttled = 0;
  invocations = 1;
  billedMs = 0;
  #tokens: number;
  #filledAt = 0;
  #running = 0;
  #warm: number;
  /** Time until which the sender's invocation reads members. */
  #readUntil = 0;
  /** Time until which each slot for enqueuing is busy. */
  readonly #enqueueSlots: number[];
  readonly #waiting: Recipient[][] = [];

  constructor(fanOut: FanOut, seed: number) {
    this.fanOut = fanOut;
    this.random = seeded(seed);
    this.#tokens = fanOut.throttle.burst;
    this.#warm = fanOut.lambda.warm;
    this.#enqueueSlots = Array.from({ length: fanOut.lambda.enqueueConcurrency }, () => 0);
    const recipients = Array.from({ length: fanOut.recipients }, () => ({
      slow: fanOut.slowShare > 0 && this.random() < fanOut.slowShare,
    }));
    if (recipients.length > fanOut.threshold) this.#enqueueChunks(recipients, 0);
    else this.#deliverHere(recipients);
  }

  /** Delivers in the sender's invocation for `ackWaitMs`, and enqueues the rest. */
  #deliverHere(recipients: readonly Recipient[]): void {
    const { read, ackWaitMs } = this.fanOut;
    const from = recipients.length > 0 ? read.pageMs + recipients.length * read.rowMs : 0;
    new Invocation(this, from, recipients, ackWaitMs, (undelivered) => {
      this.#extend(this.timeline.now);
      if (undelivered.length > 0) this.#enqueueChunks(undelivered);
    });
  }

  /** Enqueues the recipients in chunks. `readCount` of them have been read already. */
  #enqueueChunks(recipients: readonly Recipient[], readCount = recipients.length): void {
    const { chunkSize, lambda } = this.fanOut;
    const startedAt = this.timeline.now;
    this.#readUntil = startedAt;
    this.#enqueueSlots.fill(startedAt);
    let rows = readCount;
    for (let from = 0; from < recipients.length; from += chunkSize) {
      const chunk = recipients.slice(from, from + chunkSize);
      const slot = this.#enqueueSlots.indexOf(Math.min(...this.#enqueueSlots));
      this.#readUntil = Math.max(this.#readUntil, this.#enqueueSlots[slot] ?? 0);
      for (; rows < from + chunk.length; rows += this.#readPage(recipients.length - rows));
      const acceptedAt = this.#readUntil + sampleLatency(lambda.accept, this.random);
      this.#enqueueSlots[slot] = acceptedAt;
      this.timeline.at(acceptedAt + sampleLatency(lambda.queue, this.random), () =>
        this.#startChunk(chunk),
      );
    }
    this.#extend(Math.max(...this.#enqueueSlots));
  }

  /** Reads one page, and returns its number of rows. */
  #readPage(rowsLeft: number): number {
    const { pageSize, pageMs, rowMs } = this.fanOut.read;
    const rows = Math.min(pageSize, rowsLeft);
    this.#readUntil += pageMs + rows * rowMs;
    return rows;
  }

  /** Extends the sender's invocation to a time. */
  #extend(at: number): void {
    this.billedMs += at - this.ackMs;
    this.ackMs = at;
  }

  /** Runs a chunk as soon as Lambda has a free slot. */
  #startChunk(chunk: Recipient[]): void {
    const { lambda } = this.fanOut;
    if (this.#running >= lambda.limit) {
      this.#waiting.push(chunk);
      return;
    }
    this.#running += 1;
    this.invocations += 1;
    this.#warm -= 1;
    const startedAt = this.timeline.now;
    const coldMs = this.#warm < 0 ? sampleLatency(lambda.cold, this.random) : 0;
    this.#warm = Math.max(0, this.#warm);
    new Invocation(this, startedAt + coldMs, chunk, Number.POSITIVE_INFINITY, () => {
      this.billedMs += this.timeline.now - startedAt;
      this.#running -= 1;
      this.#warm += 1;
      const next = this.#waiting.shift();
      if (next) this.#startChunk(next);
    });
  }

  /** Takes a token of the account's bucket. Returns whether API Gateway accepts the request. */
  takeToken(): boolean {
    const { perSecond, burst } = this.fanOut.throttle;
    const { now } = this.timeline;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) * perSecond) / 1_000);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** The results of many runs of the same fan-out. */
export interface SimulationSummary {
  /** Median time of the last delivery. */
  readonly medianMs: number;
  /** Time that one run in a hundred exceeds. With fewer than a hundred runs, the longest time. */
  readonly p99Ms: number;
  readonly ackMs: number;
  readonly ackP99Ms: number;
  /** Share of all recipients. */
  readonly failedShare: number;
  /** Share of all requests. */
  readonly throttledShare: number;
  readonly billedMs: number;
}

/** Simulates a fan-out `runs` times, with a different seed each time. */
export function summarize(fanOut: FanOut, runs: number): SimulationSummary {
  const results = Array.from({ length: runs }, (_, index) => simulate(fanOut, index + 1));
  const valuesOf = (key: keyof FanOutResult) => results.map((result) => result[key]);
  const sum = (key: keyof FanOutResult) => valuesOf(key).reduce((total, value) => total + value, 0);
  return {
    medianMs: quantile(valuesOf('lastMs'), 0.5),
    p99Ms: quantile(valuesOf('lastMs'), 0.99),
    ackMs: quantile(valuesOf('ackMs'), 0.5),
    ackP99Ms: quantile(valuesOf('ackMs'), 0.99),
    failedShare: sum('failed') / (runs * fanOut.recipients),
    throttledShare: sum('throttled') / Math.max(1, sum('throttled') + sum('delivered')),
    billedMs: sum('billedMs') / runs,
  };
}
