import { setImmediate } from 'node:timers/promises';
import type { Payload } from '../../../src/server/aws/sigv4.ts';
import type { Chunk } from '../../../src/server/delivery/chunk.ts';
import type { DeliveryOutcome } from '../../../src/server/delivery/post-to-connection.ts';
import { deadline } from '../../../src/server/lib/deadline.ts';
import type { Frame } from '../frame.ts';

/** Lambda's treatment of a chunk: it runs the chunk, runs it twice, loses it, or rejects it. */
export type QueueBehavior = 'run' | 'twice' | 'lost' | 'rejected';

/** Decides about one post. It need not heed the deadline. */
type Outcome = (connectionId: string, frame: Frame) => DeliveryOutcome | Promise<DeliveryOutcome>;

/** Decides about one chunk. */
type Queue = (chunk: Chunk) => QueueBehavior | Promise<QueueBehavior>;

/** Answers for a fake delivery. */
export interface FakeDeliveryOptions {
  /** Decides about each post. @default delivered */
  readonly outcome?: Outcome;
  /** Decides about each chunk. @default run */
  readonly queue?: Queue;
}

/** Fails when the current deadline ends, as the real post to a connection does. */
export function failOnDeadline(): Promise<'failed'> {
  const signal = deadline.getStore()?.signal;
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve('failed')));
}

/** API Gateway's connections and Lambda's queue, in memory. It records all that it is given. */
export abstract class FakeDelivery {
  outcome: Outcome;
  queue: Queue;
  /** The frames that each connection received. */
  readonly pushed = new Map<string, Frame[]>();
  /** The accepted chunks, oldest first. */
  readonly chunks: Chunk[] = [];
  /** The chunks that failed on each attempt. */
  readonly deadLetters: Chunk[] = [];
  /** Failed deliveries and evictions, each with its cause. */
  readonly failures: [connectionId: string, cause: unknown][] = [];
  readonly #running = new Set<Promise<void>>();

  constructor({ outcome = () => 'delivered', queue = () => 'run' }: FakeDeliveryOptions = {}) {
    this.outcome = outcome;
    this.queue = queue;
  }

  /** Delivers a chunk, as an invocation by the queue does. */
  abstract deliverChunk(chunk: Chunk): Promise<void>;

  /** Returns the frames that a connection received, oldest first. */
  pushedTo(connectionId: string): Frame[] {
    const frames = this.pushed.get(connectionId) ?? [];
    this.pushed.set(connectionId, frames);
    return frames;
  }

  /** Waits until all accepted chunks have run. */
  async waitForChunks(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Takes the place of API Gateway's PostToConnection. */
  protected async postToConnection(
    connectionId: string,
    { bytes }: Payload,
  ): Promise<DeliveryOutcome> {
    const frame: Frame = JSON.parse(Buffer.from(bytes).toString());
    const outcome = await Promise.race([this.outcome(connectionId, frame), failOnDeadline()]);
    if (outcome === 'delivered') this.pushedTo(connectionId).push(frame);
    return outcome;
  }

  /** Takes the place of Lambda's queue. Returns whether it accepted the chunk. */
  protected async enqueueChunk(text: string): Promise<boolean> {
    const chunk: Chunk = JSON.parse(text);
    const behavior = await this.queue(chunk);
    if (behavior === 'rejected') return false;
    this.chunks.push(chunk);
    const runs = { run: 1, twice: 2, lost: 0 }[behavior];
    for (let run = 0; run < runs; run += 1) this.#track(this.#runChunk(chunk));
    return true;
  }

  #track(run: Promise<void>): void {
    const running = run.finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Runs a chunk as Lambda does: in an invocation of its own, with two retries if that throws. */
  async #runChunk(chunk: Chunk): Promise<void> {
    for (let attempts = 3; attempts > 0; attempts -= 1) {
      await setImmediate();
      const failed = await this.deliverChunk(chunk).then(
        () => false,
        () => true,
      );
      if (!failed) return;
    }
    this.deadLetters.push(chunk);
  }
}
