import { setTimeout as pause } from 'node:timers/promises';
import { createBroadcast } from '../../../src/server/delivery/broadcast.ts';
import { type Chunk, decodeRecipients } from '../../../src/server/delivery/chunk.ts';
import { createDeliver } from '../../../src/server/delivery/deliver.ts';
import type { Recipient } from '../../../src/server/store/members.ts';
import { createBenchPost, sampleMessage, throwFailure } from '../harness/posting.ts';
import type { Times } from '../harness/sample.ts';
import { createConnectionId } from './engine.ts';

/** Where to post, and how long an asynchronous invocation takes to be accepted, and then to run. */
export interface BroadcastsOptions {
  readonly endpoint: string;
  readonly acceptMs: number;
  readonly queueMs: number;
}

/** One message to so many. */
export interface BroadcastLoad {
  readonly units: number;
  /** Up to so many one invocation delivers. */
  readonly threshold: number;
}

/** The whole fan-out without a table: members are made up, and chunks are delivered by this very process. */
export default function broadcasts({ endpoint, acceptMs, queueMs }: BroadcastsOptions) {
  let endedAt = 0;
  const post = createBenchPost(endpoint);
  const deliver = createDeliver({
    postToConnection: async (id, payload) => {
      const outcome = await post(id, payload);
      if (outcome === 'delivered') endedAt = performance.now();
      return outcome;
    },
    evict: async () => {},
    now: Date.now,
    onFailure: throwFailure,
  });

  return {
    run: async ({ units, threshold }: BroadcastLoad): Promise<Times> => {
      const chunks: Promise<unknown>[] = [];
      const enqueueChunk = async (text: string) => {
        await pause(acceptMs);
        const { event: handed, ...chunk }: Chunk = JSON.parse(text);
        const to = decodeRecipients({ event: handed, ...chunk });
        const complete = () => deliver.deliverAll(JSON.stringify(handed), to);
        chunks.push(pause(queueMs).then(complete));
        return true;
      };
      const members = { subscribers: (_room: string, size: number) => pages(units, size) };
      const startedAt = performance.now();
      await createBroadcast({ members, deliver, enqueueChunk, threshold })(sampleMessage, {});
      await Promise.all(chunks);
      return { startedAt, endedAt };
    },
  };
}

/** So many members, a page at a time. */
async function* pages(count: number, size: number): AsyncGenerator<Recipient[], void, undefined> {
  const member = (index: number): Recipient => ({
    room: sampleMessage.room,
    userId: `user-${index}`,
    connectionId: createConnectionId(index),
    connectedAt: 0,
  });
  for (let from = 0; from < count; from += size) {
    yield Array.from({ length: Math.min(size, count - from) }, (_, index) => member(from + index));
  }
}
