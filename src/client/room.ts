import type { DurableEvent, Event, MessageSnapshot, Result } from '../../schemas/index.ts';

/** A durable event as a room delivers it. */
export type DeliveredEvent<E extends DurableEvent = DurableEvent> = E & {
  /** Set if the event is the user's own, from this client or another one. */
  readonly own?: true;
  /** Set if the event came after later ones were delivered. Use `seq` to put it in its place. */
  readonly late?: true;
};

/** A gap in what a room delivers: the events of some `seq`s may be lost for good. */
export interface GapEvent {
  /** Always `incomplete`. */
  readonly type: 'incomplete';
  /** The name of the room. */
  readonly room: string;
  /** The `seq` before the gap. */
  readonly after: number;
  /** The last `seq` of the gap. */
  readonly seq: number;
}

/** An event that a room delivers in the order of `seq`. Its `type` decides its fields. */
export type RoomEvent =
  | { [K in DurableEvent['type']]: DeliveredEvent<Event<K>> }[DurableEvent['type']]
  | GapEvent;

/** The events of a room that listeners can get, by name. */
export interface RoomEventMap {
  /** A durable event, or a gap. Each comes once, in the order of `seq`. */
  event: RoomEvent;
  /** A user has joined the room. */
  joined: Event<'joined'>;
  /** A user has left the room, on every connection. */
  left: Event<'left'>;
  /** A user has started or stopped typing. */
  typing: Event<'typing'>;
  /** A user has read up to a `seq`. */
  read: Event<'read'>;
  /** The room has ended: with the error that forced it, or with undefined after `leave` or `close`. */
  end: unknown;
}

/** How to join a room. */
export interface JoinOptions {
  /**
   * The last `seq` that the caller holds, or 0 for none. The room first delivers what came after it.
   *
   * @default the room delivers only new events
   */
  readonly after?: number;
  /** Gives up when it aborts: `join` throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How to send something durable. */
export interface SendOptions {
  /**
   * The id of the request. A second send with the same id has no further effect.
   *
   * @default a random id
   */
  readonly id?: string;
  /** Gives up when it aborts: the send throws the signal's reason, but may still take effect. */
  readonly signal?: AbortSignal;
}

/** How to send a message. */
export interface MessageOptions extends SendOptions {
  /** The `seq` of the message that this one answers. */
  readonly replyTo?: number;
}

/** How to page through the history of a room. */
export interface HistoryOptions {
  /**
   * The `seq` to page backwards from. Only earlier messages come.
   *
   * @default the newest page comes first
   */
  readonly before?: number;
  /**
   * The most messages on a page, 1 to 100.
   *
   * @default 50
   */
  readonly limit?: number;
  /** Gives up when it aborts: the generator throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * A room that the client is in. It survives lost connections: the client joins it again and delivers
 * what it missed.
 */
export interface Room extends AsyncIterable<RoomEvent> {
  /** The name of the room. */
  readonly name: string;

  /** The `seq` to pass to {@link Client.join} next time, so that no event is missed. */
  readonly after: number;

  /**
   * Adds a listener. The returned function removes it.
   *
   * The first listener to `event`, or the first loop, also gets the events since `join`.
   */
  on<K extends keyof RoomEventMap>(name: K, listener: (value: RoomEventMap[K]) => void): () => void;

  /**
   * Iterates over the durable events and gaps, each once, in the order of `seq`. The first loop, or
   * the first listener to `event`, starts at `join`. The others start with new events. A loop ends
   * when the room is left or the client is closed.
   *
   * @throws {@link KaiwaError} with the server's code if the server ends the membership, or with
   * `refused` if it refuses the client.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<RoomEvent>;

  /**
   * Sends a message. Resolves when the server has stored it.
   *
   * Messages keep the order of the calls. The client retries each for `sendTimeoutMs` milliseconds,
   * over lost connections too, and the room stores it once.
   *
   * @example
   * ```ts
   * const { seq } = await room.send('Tea or coffee?');
   * await room.send('Tea, please.', { replyTo: seq });
   * ```
   * @throws {@link KaiwaError} with the server's code if the server rejects the message.
   * @throws {@link KaiwaError} with `queue_full` if 100 sends are waiting.
   * @throws {@link KaiwaError} with `timeout` if the message may not be stored. Sending it again with
   * the same `id` is safe.
   * @throws {@link KaiwaError} with `too_large`, `refused` or `closed`.
   */
  send(message: string, options?: MessageOptions): Promise<Result<'sendmessage'>>;

  /**
   * Replaces the text of the user's own message. Order, retries and errors are those of
   * {@link Room.send}.
   */
  edit(seq: number, message: string, options?: SendOptions): Promise<Result<'editmessage'>>;

  /** Deletes the user's own message. Order, retries and errors are those of {@link Room.send}. */
  delete(seq: number, options?: SendOptions): Promise<Result<'deletemessage'>>;

  /**
   * Adds the user's reaction to a message, or removes it if `on` is false. Order, retries and errors
   * are those of {@link Room.send}.
   */
  react(seq: number, emoji: string, on: boolean, options?: SendOptions): Promise<Result<'react'>>;

  /**
   * Pages backwards through the messages in their current state. Each page is oldest first. The client
   * retries each for `sendTimeoutMs` milliseconds.
   *
   * @throws {@link KaiwaError} with the server's code, `timeout`, `refused` or `closed`.
   */
  history(options?: HistoryOptions): AsyncGenerator<MessageSnapshot[], void, undefined>;

  /**
   * Leaves the room. Sends that are waiting fail with `closed`. Resolves when the server has answered.
   * Without an answer in time, the client replaces the connection, and with it its memberships.
   */
  leave(): Promise<void>;
}
