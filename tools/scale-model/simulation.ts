import type { FanOut, FanOutResult } from './fan-out.ts';
import { Invocation, type Recipient } from './invocation.ts';
import { quantile, sampleLatency, seeded } from './random.ts';
import { Timeline } from './timeline.ts';

/** Plays one fan-out through; the same seed gives the same outcome. */
export function simulate(fanOut: FanOut, seed = 1): FanOutResult {
  const simulation = new FanOutSimulation(fanOut, seed);
  simulation.timeline.run();
  const { ackMs, lastMs, delivered, givenUp, throttled, invocations, billedMs } = simulation;
  return { lastMs, ackMs, delivered, givenUp, throttled, invocations, billedMs };
}

/** One fan-out: the clock, the gateway's bucket, and Lambda's room for invocations. */
class FanOutSimulation {
  readonly timeline = new Timeline();
  readonly fanOut: FanOut;
  readonly random: () => number;
  ackMs = 0;
  lastMs = 0;
  delivered = 0;
  givenUp = 0;
  throttled = 0;
  invocations = 1;
  billedMs = 0;
  #tokens: number;
  #filledAt = 0;
  #running = 0;
  #warm: number;
  /** When the reader of members, and each of those who hand chunks over, is free again. */
  #readUntil = 0;
  readonly #enqueueSlots: number[];
  readonly #waiting: Recipient[][] = [];

  constructor(fanOut: FanOut, seed: number) {
    this.fanOut = fanOut;
    this.random = seeded(seed);
    this.#tokens = fanOut.throttle.burst;
    this.#warm = fanOut.lambda.warm;
    this.#enqueueSlots = Array.from({ length: fanOut.lambda.atOnce }, () => 0);
    const all = Array.from({ length: fanOut.recipients }, () => ({
      slow: fanOut.slowShare > 0 && this.random() < fanOut.slowShare,
    }));
    if (all.length > fanOut.threshold) this.#enqueueChunks(all, 0);
    else this.#deliverHere(all);
  }

  /** The sender's invocation delivers, for as long as its patience lasts, and hands over the rest. */
  #deliverHere(all: readonly Recipient[]): void {
    const { read, ackWaitMs } = this.fanOut;
    const from = all.length > 0 ? read.pageMs + all.length * read.rowMs : 0;
    new Invocation(this, from, all, ackWaitMs, (left) => {
      this.#end(this.timeline.now);
      if (left.length > 0) this.#enqueueChunks(left);
    });
  }

  /** Gives a chunk each to further invocations; from so many read already, or none to read. */
  #enqueueChunks(all: readonly Recipient[], readAlready = all.length): void {
    const { chunkSize, lambda } = this.fanOut;
    const begunAt = this.timeline.now;
    this.#readUntil = begunAt;
    this.#enqueueSlots.fill(begunAt);
    let rows = readAlready;
    for (let from = 0; from < all.length; from += chunkSize) {
      const chunk = all.slice(from, from + chunkSize);
      const hand = this.#enqueueSlots.indexOf(Math.min(...this.#enqueueSlots));
      this.#readUntil = Math.max(this.#readUntil, this.#enqueueSlots[hand] ?? 0);
      for (; rows < from + chunk.length; rows += this.#readPage(all.length - rows));
      const acceptedAt = this.#readUntil + sampleLatency(lambda.accept, this.random);
      this.#enqueueSlots[hand] = acceptedAt;
      this.timeline.at(acceptedAt + sampleLatency(lambda.queue, this.random), () =>
        this.#startChunk(chunk),
      );
    }
    this.#end(Math.max(...this.#enqueueSlots));
  }

  #readPage(rowsLeft: number): number {
    const { pageSize, pageMs, rowMs } = this.fanOut.read;
    const rows = Math.min(pageSize, rowsLeft);
    this.#readUntil += pageMs + rows * rowMs;
    return rows;
  }

  /** The sender's invocation is busy until then. */
  #end(at: number): void {
    this.billedMs += at - this.ackMs;
    this.ackMs = at;
  }

  /** Runs a chunk as soon as Lambda has room for it. */
  #startChunk(chunk: Recipient[]): void {
    const { lambda } = this.fanOut;
    if (this.#running >= lambda.limit) {
      this.#waiting.push(chunk);
      return;
    }
    this.#running += 1;
    this.invocations += 1;
    this.#warm -= 1;
    const begunAt = this.timeline.now;
    const coldMs = this.#warm < 0 ? sampleLatency(lambda.cold, this.random) : 0;
    this.#warm = Math.max(0, this.#warm);
    new Invocation(this, begunAt + coldMs, chunk, Number.POSITIVE_INFINITY, () => {
      this.billedMs += this.timeline.now - begunAt;
      this.#running -= 1;
      this.#warm += 1;
      const next = this.#waiting.shift();
      if (next) this.#startChunk(next);
    });
  }

  /** Whether the gateway takes one more request now. */
  admit(): boolean {
    const { perSecond, burst } = this.fanOut.throttle;
    const { now } = this.timeline;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) * perSecond) / 1_000);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** Many plays of the same fan-out. */
export interface SimulationSummary {
  readonly medianMs: number;
  /** What one play in a hundred exceeds; of fewer than a hundred, the longest. */
  readonly p99Ms: number;
  readonly ackMs: number;
  readonly ackP99Ms: number;
  /** Of all recipients. */
  readonly givenUpShare: number;
  /** Of all requests. */
  readonly throttledShare: number;
  readonly billedMs: number;
}

/** Plays it so many times, each with a seed of its own. */
export function summarize(fanOut: FanOut, plays: number): SimulationSummary {
  const outcomes = Array.from({ length: plays }, (_, seed) => simulate(fanOut, seed + 1));
  const all = (of: keyof FanOutResult) => outcomes.map((outcome) => outcome[of]);
  const sum = (of: keyof FanOutResult) => all(of).reduce((total, value) => total + value, 0);
  return {
    medianMs: quantile(all('lastMs'), 0.5),
    p99Ms: quantile(all('lastMs'), 0.99),
    ackMs: quantile(all('ackMs'), 0.5),
    ackP99Ms: quantile(all('ackMs'), 0.99),
    givenUpShare: sum('givenUp') / (plays * fanOut.recipients),
    throttledShare: sum('throttled') / Math.max(1, sum('throttled') + sum('delivered')),
    billedMs: sum('billedMs') / plays,
  };
}
