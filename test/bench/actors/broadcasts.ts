import { setTimeout as sleep } from 'node:timers/promises';
import { createBroadcast } from '../../../src/server/delivery/broadcast.ts';
import { type Chunk, decodeRecipients } from '../../../src/server/delivery/chunk.ts';
import { createDeliver, encodeOutgoing } from '../../../src/server/delivery/deliver.ts';
import type { Recipient } from '../../../src/server/store/members.ts';
import { createBenchPost, sampleMessage, throwFailure } from '../harness/bench-post.ts';
import type { Times } from '../harness/sample.ts';
import { createConnectionId } from './database.ts';

/** The URL for deliveries, and the milliseconds until a chunk is accepted and then runs. */
export interface BroadcastsOptions {
  readonly endpoint: string;
  readonly acceptMs: number;
  readonly queueMs: number;
}

/** One message to a room. */
export interface BroadcastLoad {
  /** Number of recipients. */
  readonly units: number;
  /** Largest number of recipients that one invocation delivers to. */
  readonly threshold: number;
}

/** A complete broadcast without a table. Members are generated, and chunks run in this process. */
export default function broadcasts({ endpoint, acceptMs, queueMs }: BroadcastsOptions) {
  let endedAt = 0;
  const post = createBenchPost(endpoint);
  const deliver = createDeliver({
    postToConnection: async (id, payload) => {
      const outcome = await post(id, payload);
      if (outcome === 'delivered') endedAt = performance.now();
      return outcome;
    },
    evictAll: async () => [],
    now: Date.now,
    onFailure: throwFailure,
  });

  return {
    run: async ({ units, threshold }: BroadcastLoad): Promise<Times> => {
      const chunks: Promise<unknown>[] = [];
      const enqueueChunk = async (text: string) => {
        await sleep(acceptMs);
        const chunk: Chunk = JSON.parse(text);
        const recipients = decodeRecipients(chunk);
        const run = () => deliver.deliverAll(encodeOutgoing(chunk.event), recipients);
        chunks.push(sleep(queueMs).then(run));
        return true;
      };
      const members = {
        subscribers: (_room: string, pageSize: number) => generatePages(units, pageSize),
      };
      const startedAt = performance.now();
      await createBroadcast({ members, deliver, enqueueChunk, threshold })(sampleMessage, {});
      await Promise.all(chunks);
      return { startedAt, endedAt };
    },
  };
}

/** Generates `count` members in pages. */
async function* generatePages(
  count: number,
  pageSize: number,
): AsyncGenerator<Recipient[], void, undefined> {
  const createMember = (index: number): Recipient => ({
    room: sampleMessage.room,
    userId: `user-${index}`,
    connectionId: createConnectionId(index),
    connectedAt: 0,
  });
  for (let from = 0; from < count; from += pageSize) {
    const length = Math.min(pageSize, count - from);
    yield Array.from({ length }, (_, index) => createMember(from + index));
  }
}
