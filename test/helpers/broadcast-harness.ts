import type { Event } from '../../schemas/index.ts';
import type { Payload } from '../../src/server/aws/sigv4.ts';
import {
  type BroadcastOptions,
  type BroadcastResult,
  createBroadcast,
} from '../../src/server/delivery/broadcast.ts';
import type { Chunk } from '../../src/server/delivery/chunk.ts';
import { createDeliver } from '../../src/server/delivery/deliver.ts';
import type { DeliveryOutcome } from '../../src/server/delivery/post-to-connection.ts';
import type { Recipient } from '../../src/server/store/members.ts';
import { failOnDeadline } from './fakes/faulty-dynamo.ts';

const now = Date.UTC(2026, 10, 22);

/** What is broadcast. */
export const typingEvent: Event = {
  type: 'typing',
  room: 'lobby',
  from: { userId: 'u', name: 'Aki' },
  typing: true,
};

/** A connection in the room, opened so many milliseconds ago. */
export const createRecipient = (connectionId: string, age = 60_000): Recipient => ({
  room: 'lobby',
  connectionId,
  userId: `user of ${connectionId}`,
  connectedAt: now - age,
});

/** The connections `c0`, `c1` and so on, each a person of its own. */
export const createRecipients = (count: number) =>
  Array.from({ length: count }, (_, index) => createRecipient(`c${index}`));

/** The ids of so many. */
export const createConnectionIds = (count: number) =>
  createRecipients(count).map(({ connectionId }) => connectionId);

/** A room of these, in which all that a broadcast does is written down. */
export class BroadcastHarness {
  readonly posts: { connectionId: string; payload: Payload }[] = [];
  readonly evicted: Recipient[] = [];
  readonly failures: [connectionId: string, cause: unknown][] = [];
  readonly chunks: Chunk[] = [];
  readonly #pages: () => AsyncGenerator<Recipient[], void, undefined>;
  readonly #threshold: number;
  /** What a post to a connection comes to. */
  outcome: (connectionId: string) => DeliveryOutcome | Promise<DeliveryOutcome> = () => 'delivered';
  /** What becomes of a chunk that is handed over. */
  acceptChunk: (chunk: Chunk) => boolean | Promise<boolean> = () => true;
  /** What goes wrong in forgetting a connection. */
  onEvict: (connectionId: string) => void | Promise<void> = () => {};

  constructor(
    pages: Recipient[] | (() => AsyncGenerator<Recipient[], void, undefined>),
    threshold = 500,
  ) {
    this.#threshold = threshold;
    this.#pages = Array.isArray(pages)
      ? async function* () {
          yield pages;
        }
      : pages;
  }

  /** Who was posted to, in order. */
  get postedIds(): string[] {
    return this.posts.map(({ connectionId }) => connectionId).sort();
  }

  /** Who is in which chunk. */
  get enqueued(): string[][] {
    return this.chunks.map((chunk) => chunk.recipients.map(([, connectionId]) => connectionId));
  }

  /** Broadcasts the event to the room. */
  broadcast(delivery: BroadcastOptions = {}): Promise<BroadcastResult> {
    const deliver = createDeliver({
      postToConnection: (connectionId, payload) => {
        this.posts.push({ connectionId, payload });
        return Promise.race([this.outcome(connectionId), failOnDeadline()]);
      },
      evict: async (recipient) => {
        await this.onEvict(recipient.connectionId);
        this.evicted.push(recipient);
      },
      now: () => now,
      onFailure: (...failure) => this.failures.push(failure),
    });
    const broadcast = createBroadcast({
      members: { subscribers: this.#pages },
      deliver,
      enqueueChunk: async (text) => {
        const chunk: Chunk = JSON.parse(text);
        const accepted = await this.acceptChunk(chunk);
        if (accepted) this.chunks.push(chunk);
        return accepted;
      },
      threshold: this.#threshold,
    });
    return broadcast(typingEvent, delivery);
  }
}
