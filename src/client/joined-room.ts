import type { Event, EventType, MessageSnapshot, Result } from '../../schemas/index.ts';
import { randomId } from './async.ts';
import type { Connection, RequestFields, User } from './connection.ts';
import { Consumers } from './consumers.ts';
import { isDurable } from './events.ts';
import { Outbox, retryUntil } from './outbox.ts';
import type {
  HistoryOptions,
  MessageOptions,
  Room,
  RoomEvent,
  RoomEventMap,
  SendOptions,
} from './room.ts';
import { Subscription } from './subscription.ts';

/** The actions whose effect is an event in the log. */
type DurableAction = 'sendmessage' | 'editmessage' | 'deletemessage' | 'react';

/** The name of a room, how to join and leave it, and its limits. Times are in milliseconds. */
export interface JoinedRoomOptions {
  readonly name: string;
  /** The last `seq` that the caller holds. If undefined, the room starts with new events. */
  readonly after: number | undefined;
  readonly sendTimeoutMs: number;
  readonly maxReconnectDelayMs: number;
  readonly leave: () => Promise<void>;
}

/** A room that the client is in, or is joining. Callers see it as a `Room`. */
export class JoinedRoom implements Room {
  readonly name: string;
  readonly leave: () => Promise<void>;
  readonly #sendTimeoutMs: number;
  readonly #consumers: Consumers;
  readonly #outbox: Outbox;
  readonly #subscription: Subscription;

  constructor({ name, after, sendTimeoutMs, maxReconnectDelayMs, leave }: JoinedRoomOptions) {
    this.name = name;
    this.leave = leave;
    this.#sendTimeoutMs = sendTimeoutMs;
    this.#consumers = new Consumers(name);
    this.#outbox = new Outbox(sendTimeoutMs);
    this.#subscription = new Subscription({
      room: name,
      after,
      maxReconnectDelayMs,
      deliver: (event) => this.#consumers.deliver(event),
      waitForSpace: () => this.#consumers.waitForSpace(),
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
    return this.#consumers.on(name, listener);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<RoomEvent> {
    return this.#consumers.iterate();
  }

  send(
    message: string,
    { replyTo, ...options }: MessageOptions = {},
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

  async *history({
    before,
    limit,
    signal,
  }: HistoryOptions = {}): AsyncGenerator<MessageSnapshot[], void, undefined> {
    for (let more = true, end = before; more; ) {
      const fields = { room: this.name, limit, before: end };
      const page = await retryUntil(this.#sendTimeoutMs, signal, async (timeoutSignal) => {
        const connection = await this.whenJoined(timeoutSignal);
        return connection.request('history', fields, { signal: timeoutSignal });
      });
      more = page.more;
      end = page.messages[0]?.seq;
      if (!end) return;
      yield page.messages;
    }
  }

  /** Waits until no `joinroom` is on its way: each was answered, lost or given up. */
  waitForAnswer(): Promise<void> {
    return this.#subscription.waitForAnswer();
  }

  /** Moves the room to a connection: joins there and recovers. */
  attach(connection: Connection): Promise<void> {
    return this.#subscription.attach(connection);
  }

  /** Resolves with the connection on which the room is joined. */
  whenJoined(signal: AbortSignal): Promise<Connection> {
    return this.#subscription.whenJoined(signal);
  }

  /** Takes an event of this room that the server pushed. */
  receive(event: Event): void {
    if (isDurable(event)) this.#subscription.receive(event);
    else this.#consumers.emit<EventType & keyof RoomEventMap>(event.type, event);
  }

  /** Ends the room. Waiting sends fail with `reason`. Loops and listeners get `error`, if there is one. */
  end(reason: unknown, error?: unknown): void {
    this.#outbox.end(reason);
    this.#subscription.end(reason);
    this.#consumers.end(error);
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
      // The server does not push an event to its own connection: make it here, or read it.
      if (onAck && connection.self) onAck(ack, id, connection.self);
      else this.#subscription.refresh(ack.seq);
      return ack;
    }, signal);
  }
}
