import type { Event, EventType, Result } from '../../schemas/index.ts';
import { randomId } from './async.ts';
import { Stream } from './async-queue.ts';
import type { Connection, Fields, Person } from './connection.ts';
import { Emitter } from './emitter.ts';
import { isDurable } from './events.ts';
import { Outbox, untilDone } from './outbox.ts';
import type { HistoryOptions, Room, RoomEvent, RoomListeners, SendOptions } from './room.ts';
import { Subscription } from './subscription.ts';

/** The actions whose effect is in the log. */
type DurableAction = 'sendmessage' | 'editmessage' | 'deletemessage' | 'react';

/** What a membership is made of. */
export interface MembershipOptions {
  readonly name: string;
  /** The last number that the caller holds; without one, it begins with what comes now. */
  readonly after: number | undefined;
  readonly sendTimeoutMs: number;
  readonly maxBackoffMs: number;
  readonly leave: () => Promise<void>;
}

/** Recovery goes on when no more than so many events wait to be taken. */
const maxUntaken = 1_000;

/** A room as the client keeps it: the public side of it is `Room`. */
export class Membership implements Room {
  readonly name: string;
  readonly leave: () => Promise<void>;
  readonly #sendTimeoutMs: number;
  readonly #emitter = new Emitter<RoomListeners>();
  readonly #outbox: Outbox;
  readonly #subscription: Subscription;
  readonly #streams = new Set<Stream<RoomEvent>>();
  /** Keeps what comes before anybody takes it. */
  #untaken: Stream<RoomEvent> | undefined = this.#stream();

  constructor({ name, after, sendTimeoutMs, maxBackoffMs, leave }: MembershipOptions) {
    this.name = name;
    this.leave = leave;
    this.#sendTimeoutMs = sendTimeoutMs;
    this.#outbox = new Outbox(sendTimeoutMs);
    this.#subscription = new Subscription({
      room: name,
      after,
      maxBackoffMs,
      deliver: (event) => this.#deliver(event),
      hasSpace: () => Promise.all([...this.#streams].map((stream) => stream.below(maxUntaken))),
      onRefusal: (thrown) => this.end(thrown, thrown),
    });
  }

  get after(): number {
    return this.#subscription.after;
  }

  on<K extends keyof RoomListeners>(
    name: K,
    listener: (value: RoomListeners[K]) => void,
  ): () => void {
    const off = this.#emitter.on(name, listener);
    // Not at once: nobody expects a call from within `on`.
    if (name === 'event') queueMicrotask(() => this.#release());
    return off;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<RoomEvent> {
    const stream = this.#untaken ?? this.#stream();
    this.#untaken = undefined;
    return stream;
  }

  send(
    message: string,
    { replyTo, ...options }: SendOptions & { readonly replyTo?: number } = {},
  ): Promise<Result<'sendmessage'>> {
    const said = { message: message.toWellFormed(), ...(replyTo && { replyTo }) };
    return this.#durable('sendmessage', said, options, ({ room, seq, sentAt }, id, from) => {
      this.#subscription.take({ type: 'message', room, seq, id, from, sentAt, ...said });
    });
  }

  edit(seq: number, message: string, options?: SendOptions): Promise<Result<'editmessage'>> {
    return this.#durable('editmessage', { seq, message: message.toWellFormed() }, options);
  }

  delete(seq: number, options?: SendOptions): Promise<Result<'deletemessage'>> {
    return this.#durable('deletemessage', { seq }, options);
  }

  react(seq: number, emoji: string, on: boolean, options?: SendOptions): Promise<Result<'react'>> {
    return this.#durable('react', { seq, emoji, on }, options);
  }

  async *history({ before, limit, signal }: HistoryOptions = {}) {
    for (let more = true, end = before; more; ) {
      const fields = { room: this.name, limit, before: end };
      const page = await untilDone(this.#sendTimeoutMs, signal, async (over) => {
        const connection = await this.joined(over);
        return connection.request('history', fields, { signal: over });
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
  joined(signal: AbortSignal): Promise<Connection> {
    return this.#subscription.joined(signal);
  }

  /** Takes a pushed event of this room. */
  take(event: Event): void {
    if (isDurable(event)) this.#subscription.take(event);
    else this.#emitter.emit<EventType & keyof RoomListeners>(event.type, event);
  }

  /** It is over: what waits fails for this reason, and those who listen see an error if there is one. */
  end(reason: unknown, error?: unknown): void {
    this.#outbox.end(reason);
    this.#subscription.end(reason);
    for (const stream of [...this.#streams]) stream.end(error);
    this.#emitter.emit('end', error);
  }

  #durable<A extends DurableAction>(
    action: A,
    fields: Fields<A>,
    { id = randomId(), signal }: SendOptions = {},
    take?: (ack: Result<A>, id: string, from: Person) => void,
  ): Promise<Result<A>> {
    return this.#outbox.add(async (over) => {
      const connection = await this.joined(over);
      const ack = await connection.request(
        action,
        { ...fields, id, room: this.name },
        { signal: over },
      );
      // The connection that sent it is not pushed it: so it is made here, or fetched.
      if (take && connection.self) take(ack, id, connection.self);
      else this.#subscription.refresh();
      return ack;
    }, signal);
  }

  #stream(): Stream<RoomEvent> {
    const stream: Stream<RoomEvent> = new Stream(() => this.#streams.delete(stream));
    this.#streams.add(stream);
    return stream;
  }

  #deliver(event: RoomEvent): void {
    for (const stream of this.#streams) {
      stream.push(event, (kept) => ({
        type: 'incomplete',
        room: this.name,
        after: Math.min(
          ...kept.map((one) => (one.type === 'incomplete' ? one.after : one.seq - 1)),
        ),
        seq: Math.max(...kept.map(({ seq }) => seq)),
      }));
    }
    // Until then it is kept with the others, for the first who listens.
    if (!this.#untaken) this.#emitter.emit('event', event);
  }

  /** Gives what was kept to the first who listens. */
  #release(): void {
    const kept = this.#untaken?.takeAll() ?? [];
    this.#untaken = undefined;
    for (const event of kept) this.#emitter.emit('event', event);
  }
}
