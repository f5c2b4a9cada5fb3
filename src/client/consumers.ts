import { AsyncQueue } from './async-queue.ts';
import { Emitter } from './emitter.ts';
import type { GapEvent, RoomEvent, RoomEventMap } from './room.ts';

/** A loop that has more events than this in its queue is behind. */
const maxQueuedDuringRecovery = 1_000;

/**
 * The listeners and the loops of a room. Each gets every event at its own pace:
 *
 *     deliver ─┬─► listeners   never behind
 *              ├─► queue ──► loop
 *              └─► queue ──► loop that takes nothing: at last it gets a gap
 */
export class Consumers {
  readonly #room: string;
  readonly #emitter = new Emitter<RoomEventMap>();
  readonly #queues = new Set<AsyncQueue<RoomEvent>>();
  /** How the room has ended. If undefined, it goes on. */
  #end: { readonly error: unknown } | undefined;
  /** Keeps the events that come before the first listener or loop. */
  #initialQueue: AsyncQueue<RoomEvent> | undefined = this.#createQueue();
  /** Whether a listener is about to get what the initial queue holds. */
  #isInitialQueueTaken = false;
  #added = Promise.withResolvers<void>();

  /** Creates the consumers of the room with this name. */
  constructor(room: string) {
    this.#room = room;
  }

  /** Adds a listener. The returned function removes it. */
  on<K extends keyof RoomEventMap>(
    name: K,
    listener: (value: RoomEventMap[K]) => void,
  ): () => void {
    const off = this.#emitter.on(name, listener);
    if (name === 'event') {
      this.#isInitialQueueTaken = true;
      this.#announce();
      // Not at once: callers do not expect a call from within `on`.
      queueMicrotask(() => this.#deliverQueued());
    }
    return off;
  }

  /** Adds a loop. */
  iterate(): AsyncIterableIterator<RoomEvent> {
    const initialQueue = this.#isInitialQueueTaken ? undefined : this.#initialQueue;
    if (initialQueue) this.#initialQueue = undefined;
    this.#announce();
    return initialQueue ?? this.#createQueue();
  }

  /** Passes a durable event or a gap to every consumer. */
  deliver(event: RoomEvent): void {
    for (const queue of this.#queues) queue.push(event, (queued) => this.#toGap(queued));
    // The initial queue keeps the event for the first listener.
    if (!this.#initialQueue) this.#emitter.emit('event', event);
  }

  /** Passes an event that the log does not hold to its listeners. */
  emit<K extends keyof RoomEventMap>(name: K, value: RoomEventMap[K]): void {
    this.#emitter.emit(name, value);
  }

  /**
   * Resolves when a consumer has space. It waits while every consumer is behind: one that takes
   * nothing must not hold up the others. A listener is never behind.
   */
  async waitForSpace(): Promise<void> {
    const isBehind = ({ size }: AsyncQueue<RoomEvent>) => size > maxQueuedDuringRecovery;
    while (!this.#emitter.has('event') && this.#queues.size > 0) {
      const queues = [...this.#queues];
      if (!queues.every(isBehind)) return;
      const waits = queues.map((queue) => queue.waitBelow(maxQueuedDuringRecovery));
      await Promise.race([this.#added.promise, ...waits]);
    }
  }

  /** Ends all loops, also later ones. They and the listeners to `end` get `error`, if there is one. */
  end(error?: unknown): void {
    this.#end ??= { error };
    for (const queue of [...this.#queues]) queue.end(error);
    this.#emitter.emit('end', error);
  }

  #createQueue(): AsyncQueue<RoomEvent> {
    const queue: AsyncQueue<RoomEvent> = new AsyncQueue(() => this.#queues.delete(queue));
    this.#queues.add(queue);
    if (this.#end) queue.end(this.#end.error);
    return queue;
  }

  /** Wakes a recovery that waits for a consumer. */
  #announce(): void {
    this.#added.resolve();
    this.#added = Promise.withResolvers();
  }

  /** Returns the gap that the loss of these events leaves. */
  #toGap(lost: readonly RoomEvent[]): GapEvent {
    const starts = lost.map((event) => (event.type === 'incomplete' ? event.after : event.seq - 1));
    return {
      type: 'incomplete',
      room: this.#room,
      after: Math.min(...starts),
      seq: Math.max(...lost.map(({ seq }) => seq)),
    };
  }

  /** Emits the events that came before the first listener. */
  #deliverQueued(): void {
    const queued = this.#initialQueue?.drain() ?? [];
    this.#initialQueue = undefined;
    for (const event of queued) this.#emitter.emit('event', event);
  }
}
