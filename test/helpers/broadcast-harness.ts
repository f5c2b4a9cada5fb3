import type { Event } from '../../schemas/index.ts';
import type { Payload } from '../../src/server/aws/sigv4.ts';
import {
  type BroadcastOptions,
  type BroadcastResult,
  createBroadcast,
} from '../../src/server/delivery/broadcast.ts';
import { createDeliver, type EvictAll } from '../../src/server/delivery/deliver.ts';
import type { Recipient } from '../../src/server/store/members.ts';
import { FakeDelivery } from './fakes/fake-delivery.ts';

const now = Date.UTC(2026, 10, 22);

/** The event that a harness broadcasts unless it gets another. It evicts no connection. */
export const typingEvent: Event = {
  type: 'typing',
  room: 'lobby',
  from: { userId: 'u', name: 'Aki' },
  typing: true,
};

/** A durable event, whose delivery evicts the dead. */
export const messageEvent: Event = {
  type: 'message',
  room: 'lobby',
  seq: 1,
  id: 'a1',
  from: { userId: 'u', name: 'Aki' },
  message: 'hello',
  sentAt: '2026-11-22T09:30:00.000Z',
};

/** Creates a connection in the room that is `ageMs` milliseconds old. */
export const createRecipient = (connectionId: string, ageMs = 60_000): Recipient => ({
  room: 'lobby',
  connectionId,
  userId: `user of ${connectionId}`,
  connectedAt: now - ageMs,
});

/** Creates the connections `c0`, `c1` and so on, each of a user of its own. */
export const createRecipients = (count: number) =>
  Array.from({ length: count }, (_, index) => createRecipient(`c${index}`));

/** Returns the ids of the connections `c0`, `c1` and so on. */
export const createConnectionIds = (count: number) =>
  createRecipients(count).map(({ connectionId }) => connectionId);

type ReadPages = () => AsyncGenerator<Recipient[], void, undefined>;

/** A broadcast to these recipients, without a table. The queue accepts chunks but does not run them. */
export class BroadcastHarness extends FakeDelivery {
  /** The attempts to post, oldest first. */
  readonly posts: { connectionId: string; payload: Payload }[] = [];
  readonly evicted: Recipient[] = [];
  /** Evicts the dead, and returns those that it had no time for. */
  onEvict: EvictAll = async () => [];
  readonly #readPages: ReadPages;
  readonly #threshold: number;

  constructor(pages: Recipient[] | ReadPages, threshold = 500) {
    super({ queue: () => 'lost' });
    this.#threshold = threshold;
    this.#readPages = Array.isArray(pages)
      ? async function* () {
          yield pages;
        }
      : pages;
  }

  /** The connections that were posted to, sorted. */
  get postedIds(): string[] {
    return this.posts.map(({ connectionId }) => connectionId).sort();
  }

  /** The connections in each accepted chunk. */
  get enqueued(): string[][] {
    return this.chunks.map((chunk) => chunk.recipients.map(([, connectionId]) => connectionId));
  }

  /** Broadcasts an event to the room. */
  broadcast(options: BroadcastOptions = {}, event = typingEvent): Promise<BroadcastResult> {
    const deliver = createDeliver({
      postToConnection: (connectionId, payload) => {
        this.posts.push({ connectionId, payload });
        return this.postToConnection(connectionId, payload);
      },
      evictAll: async (dead, recipientCount, signal) => {
        this.evicted.push(...dead);
        return this.onEvict(dead, recipientCount, signal);
      },
      now: () => now,
      onFailure: (...failure) => this.failures.push(failure),
    });
    const broadcast = createBroadcast({
      members: { subscribers: this.#readPages },
      deliver,
      enqueueChunk: (text) => this.enqueueChunk(text),
      threshold: this.#threshold,
    });
    return broadcast(event, options);
  }

  override deliverChunk(): Promise<void> {
    throw new Error('The harness has no handler to run a chunk: use TestServer.');
  }
}
