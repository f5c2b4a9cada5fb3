import type { Event, EventType, Result } from '../../schemas/index.ts';
import { randomId } from './async.ts';
import { AsyncQueue } from './async-queue.ts';
import type { Connection, RequestFields, User } from './connection.ts';
import { Emitter } from './emitter.ts';
import { isDurable } from './events.ts';
import { Outbox, retryUntil } from './outbox.ts';
import type { HistoryOptions, Room, RoomEvent, RoomEventMap, SendOptions } from './room.ts';
import { Subscription } from './subscription.ts';

/** The actions whose effect is in the log. */
type DurableAction = 'sendmessage' | 'editmessage' | 'deletemessage' | 'react';

/** What a membership is made of. */
export interface DefaultRoomOptions {
  readonly name: string;
  /** The last number that the caller holds; without one, it begins with what comes now. */
  readonly after: number | undefined;
  readonly sendTimeoutMs: number;
  readonly maxReconnectDelayMs: number;
  readonly leave: () => Promise<void>;
}

/** Recovery goes on when no more than so many events wait to be taken. */
const maxQueuedDuringRecovery = 1_000;

/** A room as the client keeps it: the public side of it is `Room`. */
export class DefaultRoom implements Room {
  readonly name: string;
  readonly leave: () => Promise<void>;
  readonly #sendTimeoutMs: number;
  readonly #emitter = new Emitter<RoomEventMap>();
  readonly #outbox: Outbox;
  readonly #subscription: Subscription;
  readonly #queues = new Set<AsyncQueue<RoomEvent>>();
  /** Keeps what comes before anybody takes it. */
  #initialQueue: AsyncQueue<RoomEvent> | undefined = this.#createQueue();

  constructor({ name, after, sendTimeoutMs, maxReconnectDelayMs, leave }: DefaultRoomOptions) {
    this.name = name;
    this.leave = leave;
    this.#sendTimeoutMs = sendTimeoutMs;
    this.#outbox = new Outbox(sendTimeoutMs);
    this.#subscription = new Subscription({
      room: name,
      after,
      maxReconnectDelayMs,
      deliver: (event) => this.#deliver(event),
      waitForSpace: () =>
        Promise.all([...this.#queues].map((queue) => queue.waitBelow(maxQueuedDuringRecovery))),
      onFatalError: (thrown) => this.end(thrown, thrown),
    });
  }

  get after(): number {
    return this.#subscription.after;
  }

  on<K extends keyof RoomEventMap>(
    name: K,
    listener: (value: RoomEventMap[K]) => void,
  ): () => void {
    const off = this.#emitter.on(name, listener);
    // Not at once: nobody expects a call from within `on`.
    if (name === 'event') queueMicrotask(() => this.#deliverQueued());
    return off;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<RoomEvent> {
    const queue = this.#initialQueue ?? this.#createQueue();
    this.#initialQueue = undefined;
    return queue;
  }

  send(
    message: string,
    { replyTo, ...options }: SendOptions & { readonly replyTo?: number } = {},
  ): Promise<Result<'sendmessage'>> {
    const content = { message: message.toWellFormed(), ...(replyTo && { replyTo }) };
    return this.#sendDurable('sendmessage', content, options, ({ room, seq, sentAt }, id, from) => {
      this.#subscription.receive({ type: 'message', room, seq, id, from, sentAt, ...content });
    });
  }

  edit(seq: number, message: string, options?: SendOptions): Promise<Result<'editmessage'>> {
    return this.#sendDurable('editmessage', { seq, message: message.toWellFormed() }, options);
  }

  delete(seq: number, options?: SendOptions): Promise<Result<'deletemessage'>> {
    return this.#sendDurable('deletemessage', { seq }, options);
  }

  react(seq: number, emoji: string, on: boolean, options?: SendOptions): Promise<Result<'react'>> {
    return this.#sendDurable('react', { seq, emoji, on }, options);
  }

  async *history({ before, limit, signal }: HistoryOptions = {}) {
    for (let more = true, end = before; more; ) {
      const fields = { room: this.name, limit, before: end };
      const page = await retryUntil(this.#sendTimeoutMs, signal, async (timeoutSignal) => {
        const connection = await this.whenJoined(timeoutSignal);
        return connection.request('history', fields, { signal: timeoutSignal });
      });
      [more, end] = [page.more, page.messages[0]?.seq];
      if (!end) return;
      yield page.messages;
    }
  }

  /** Goes on over this connection. */
  attach(connection: Connection): Promise<void> {
    return this.#subscription.attach(connection);
  }

  /** The connection on which it is joined, as soon as there is one. */
  whenJoined(signal: AbortSignal): Promise<Connection> {
    return this.#subscription.whenJoined(signal);
  }

  /** Takes a pushed event of this room. */
  receive(event: Event): void {
    if (isDurable(event)) this.#subscription.receive(event);
    else this.#emitter.emit<EventType & keyof RoomEventMap>(event.type, event);
  }

  /** It is over: what waits fails for this reason, and those who listen see an error if there is one. */
  end(reason: unknown, error?: unknown): void {
    this.#outbox.end(reason);
    this.#subscription.end(reason);
    for (const queue of [...this.#queues]) queue.end(error);
    this.#emitter.emit('end', error);
  }

  #sendDurable<A extends DurableAction>(
    action: A,
    fields: RequestFields<A>,
    { id = randomId(), signal }: SendOptions = {},
    onAck?: (ack: Result<A>, id: string, from: User) => void,
  ): Promise<Result<A>> {
    return this.#outbox.add(async (timeoutSignal) => {
      const connection = await this.whenJoined(timeoutSignal);
      const ack = await connection.request(
        action,
        { ...fields, id, room: this.name },
        { signal: timeoutSignal },
      );
      // The connection that sent it is not pushed it: so it is made here, or fetched.
      if (onAck && connection.self) onAck(ack, id, connection.self);
      else this.#subscription.refresh();
      return ack;
    }, signal);
  }

  #createQueue(): AsyncQueue<RoomEvent> {
    const queue: AsyncQueue<RoomEvent> = new AsyncQueue(() => this.#queues.delete(queue));
    this.#queues.add(queue);
    return queue;
  }

  #deliver(event: RoomEvent): void {
    for (const queue of this.#queues) {
      queue.push(event, (queued) => ({
        type: 'incomplete',
        room: this.name,
        after: Math.min(
          ...queued.map((queuedEvent) =>
            queuedEvent.type === 'incomplete' ? queuedEvent.after : queuedEvent.seq - 1,
          ),
        ),
        seq: Math.max(...queued.map(({ seq }) => seq)),
      }));
    }
    // Until then it is kept with the others, for the first who listens.
    if (!this.#initialQueue) this.#emitter.emit('event', event);
  }

  /** Gives what was kept to the first who listens. */
  #deliverQueued(): void {
    const queued = this.#initialQueue?.drain() ?? [];
    this.#initialQueue = undefined;
    for (const event of queued) this.#emitter.emit('event', event);
  }
}
