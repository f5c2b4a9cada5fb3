import type { DurableEvent, Event, MessageSnapshot, Result } from '../../schemas/index.ts';

/** A durable event as a room gives it out. */
export type DeliveredEvent<E extends DurableEvent = DurableEvent> = E & {
  /** Where it is one's own, from this client or another of the same person. */
  readonly own?: true;
  /** Where it came after later ones had been given out: put it in its place by `seq`. */
  readonly late?: true;
};

/** Says that durable events after one number and up to another may be missing for good. */
export interface GapEvent {
  readonly type: 'incomplete';
  readonly room: string;
  readonly after: number;
  readonly seq: number;
}

/** What a room gives out, in the order of `seq`. */
export type RoomEvent =
  | { [K in DurableEvent['type']]: DeliveredEvent<Event<K>> }[DurableEvent['type']]
  | GapEvent;

/** What listeners of a room are given, by name. */
export interface RoomEventMap {
  /** Each durable event once, in the order of `seq`. */
  event: RoomEvent;
  joined: Event<'joined'>;
  left: Event<'left'>;
  typing: Event<'typing'>;
  read: Event<'read'>;
  /** The room is over: with an error where the server refused it, or the client. */
  end: unknown;
}

/** How to send something durable. */
export interface SendOptions {
  /** Sending again with the same id has no further effect. Default: a random one. */
  readonly id?: string;
  /** Stops waiting and trying when it aborts. What is on its way may still take effect. */
  readonly signal?: AbortSignal;
}

/** Where to begin paging backwards, and how. */
export interface HistoryOptions {
  /** Only messages before this number. Default: up to the newest. */
  readonly before?: number;
  /** Messages a page, 1 to 100. Default: 50. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/**
 * A room that one is in, over drops and reconnects. What can fail for a while is tried again for
 * `sendTimeoutMs`; errors are `KaiwaError`s.
 */
export interface Room extends AsyncIterable<RoomEvent> {
  readonly name: string;

  /** The number to give to `join` another time, so that nothing is missed. */
  readonly after: number;

  /** Listens until the returned function is called. */
  on<K extends keyof RoomEventMap>(name: K, listener: (value: RoomEventMap[K]) => void): () => void;

  /**
   * Durable events, each once, in the order of `seq`: from where one joined for the first who takes
   * them, from now on for others. Ends when the room is left or the client closed; throws where the
   * server refused.
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<RoomEvent>;

  /**
   * Says something; resolves when it is stored. One after the other in the order in which they were
   * asked for, each once, whatever happens to the connection. Throws why the server refuses it;
   * `queue_full` where 100 are waiting; and `timeout` where it is not known to be stored: sending
   * it again with the same `id` is harmless.
   */
  send(
    message: string,
    options?: SendOptions & { readonly replyTo?: number },
  ): Promise<Result<'sendmessage'>>;

  /** Replaces the text of one's own message; as `send`. */
  edit(seq: number, message: string, options?: SendOptions): Promise<Result<'editmessage'>>;

  /** Takes one's own message back; as `send`. */
  delete(seq: number, options?: SendOptions): Promise<Result<'deletemessage'>>;

  /** Puts an emoji on a message, or takes it off; as `send`. */
  react(seq: number, emoji: string, on: boolean, options?: SendOptions): Promise<Result<'react'>>;

  /** Pages backwards through the messages as they now stand; each page oldest first. */
  history(options?: HistoryOptions): AsyncGenerator<MessageSnapshot[], void, undefined>;

  /** Leaves it. What waits to be sent fails with `closed`. */
  leave(): Promise<void>;
}
