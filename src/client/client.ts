import type { Action, Result } from '../../schemas/index.ts';
import type { Connection, Fields, RequestOptions } from './connection.ts';
import { Emitter } from './emitter.ts';
import { closed, disconnected, except, timeout } from './error.ts';
import { asEvent } from './events.ts';
import { Membership } from './membership.ts';
import { untilDone } from './outbox.ts';
import type { Room } from './room.ts';
import { Session, type Status } from './session.ts';
import type { SocketClass } from './socket.ts';
import { never, randomId, within } from './timing.ts';

/** How to reach a chat, and how patient to be. Times are in milliseconds. */
export interface ClientOptions {
  /** Where its WebSocket is: `wss://…`, as `sls deploy` prints it. */
  readonly url: string;
  /** The name that people see. Default: the server makes up `guest-` and four characters. */
  readonly name?: string;
  /**
   * The secret by which one stays the same person where there are no tokens: 16 to 128 of
   * `A-Z a-z 0-9 _ -`. Default: a random one, so that one is the same for this client's life.
   */
  readonly key?: string;
  /** Gives the token of an authenticated chat; asked anew for every connection. Default: none. */
  readonly getToken?: (signal: AbortSignal) => string | Promise<string>;
  /** A class of WebSockets, such as that of `ws`. Default: the platform's own. */
  readonly WebSocket?: SocketClass;
  /** How long to wait for the answer to a request. Default: 10,000. */
  readonly requestTimeoutMs?: number;
  /** How long a connect may take, the token included. Default: 15,000. */
  readonly connectTimeoutMs?: number;
  /** For how long a send, or a page of history, is tried again. Default: 60,000. */
  readonly sendTimeoutMs?: number;
  /** After so long without a frame of ours, a `ping` is sent: the gateway allows 10 minutes. Default: 240,000. */
  readonly heartbeatMs?: number;
  /**
   * After about so long (5 % more or less) a new connection replaces the old one without a gap: the
   * gateway cuts at 2 hours. Default: 6,600,000, which is 110 minutes.
   */
  readonly renewMs?: number;
  /** The longest pause between two tries to connect. Default: 30,000. */
  readonly maxBackoffMs?: number;
}

/** What listeners of a client are given, by name. */
export interface ClientListeners {
  state: Status;
  /**
   * A frame that no request and no room asked for: an event of a room that was not joined here, a
   * type that this version does not know, or text that is no JSON.
   */
  frame: unknown;
}

/** How to join a room. */
export interface JoinOptions {
  /**
   * The last number that one holds, 0 for all: what came after it is given out first. Default: only
   * what comes from now on.
   */
  readonly after?: number;
  /** Gives up joining when it aborts. */
  readonly signal?: AbortSignal;
}

/**
 * A chat, over drops and reconnects. It connects when first asked for something. Errors are
 * `KaiwaError`s.
 */
export class Client {
  readonly #session: Session;
  readonly #emitter = new Emitter<ClientListeners>();
  readonly #rooms = new Map<string, Membership>();
  readonly #leaving = new Map<string, Promise<void>>();
  /** The latest one, which may be lost. */
  #connection: Connection | undefined;
  readonly #options: Required<
    Pick<ClientOptions, 'requestTimeoutMs' | 'sendTimeoutMs' | 'maxBackoffMs'>
  >;

  /** Use `createClient`. */
  constructor(options: ClientOptions) {
    const {
      WebSocket = globalThis.WebSocket,
      requestTimeoutMs = 10_000,
      connectTimeoutMs = 15_000,
      sendTimeoutMs = 60_000,
      heartbeatMs = 240_000,
      renewMs = 6_600_000,
      maxBackoffMs = 30_000,
    } = options;
    this.#options = { requestTimeoutMs, sendTimeoutMs, maxBackoffMs };
    this.#session = new Session({
      url: address(options),
      credential: credential(options),
      WebSocket,
      requestTimeoutMs,
      connectTimeoutMs,
      heartbeatMs,
      renewMs,
      maxBackoffMs,
      onStatus: (status) => this.#tell(status),
      onFrame: (frame) => this.#take(frame),
      onConnection: (connection) => {
        this.#connection = connection;
        return Promise.all([...this.#rooms.values()].map((room) => room.attach(connection)));
      },
    });
  }

  /** Its state, and why and until when it waits. */
  get status(): Status {
    return this.#session.status;
  }

  /** Listens until the returned function is called. */
  on<K extends keyof ClientListeners>(
    name: K,
    listener: (value: ClientListeners[K]) => void,
  ): () => void {
    return this.#emitter.on(name, listener);
  }

  /** Connects, at once where it waits for the next try; resolves when it is connected. */
  async connect(): Promise<void> {
    this.#session.tryNow();
    await this.#session.connection(never);
  }

  /** Asks once, and gives what the ack tells. Throws the error that the server answers with. */
  request<A extends Action>(
    action: A,
    fields: Fields<A>,
    { signal, timeoutMs = this.#options.requestTimeoutMs }: RequestOptions = {},
  ): Promise<Result<A>> {
    return within(timeoutMs, timeout, signal, async (over) => {
      const connection = await this.#session.connection(over);
      return connection.request(action, fields, { timeoutMs, signal: over });
    });
  }

  /** Joins a room; resolves when that is done, however long it takes. A room joined already is given again. */
  async join(name: string, { after, signal = never }: JoinOptions = {}): Promise<Room> {
    // The gateway handles two frames of one client in either order: it could leave what it has joined.
    await this.#leaving.get(name);
    const { state, error = closed() } = this.status;
    if (state === 'closed') throw error;
    const known = this.#rooms.get(name);
    const room = known ?? this.#begin(name, after);
    try {
      await room.joined(signal);
      return room;
    } catch (thrown) {
      if (signal.aborted && !known) void room.leave().catch(() => {});
      throw thrown;
    }
  }

  /** Ends it for good, with all its rooms; resolves when its sockets are closed. */
  close(): Promise<void> {
    return this.#session.close();
  }

  #begin(name: string, after: number | undefined): Membership {
    const leave = () => this.#leave(name, room);
    const room = new Membership({ name, after, leave, ...this.#options });
    this.#rooms.set(name, room);
    room.on('end', () => this.#rooms.delete(name));
    // Where there is none yet, or it is lost, the next one is given to all rooms.
    if (this.#connection) void room.attach(this.#connection);
    else this.#session.connection(never).catch(() => {});
    return room;
  }

  async #leave(name: string, room: Membership): Promise<void> {
    if (this.#rooms.get(name) !== room) return;
    room.end(closed());
    const left = untilDone(this.#options.sendTimeoutMs, undefined, async (signal) => {
      // One is in a room by a connection: where that is lost, one has left.
      if (this.status.state !== 'connected') return;
      await this.request('leaveroom', { room: name }, { signal }).catch(except('not_member'));
    }).finally(() => this.#leaving.delete(name));
    this.#leaving.set(
      name,
      left.catch(() => {}),
    );
    await left;
  }

  #tell(status: Status): void {
    if (status.state === 'closed') {
      for (const room of this.#rooms.values()) room.end(status.error ?? closed(), status.error);
    }
    this.#emitter.emit('state', status);
  }

  #take(frame: unknown): void {
    const event = asEvent(frame);
    const room = event && this.#rooms.get(event.room);
    if (room) room.take(event);
    else this.#emitter.emit('frame', frame);
  }
}

/** A client of the chat at that address. */
export function createClient(options: ClientOptions): Client {
  return new Client(options);
}

function address({ url, name }: ClientOptions): string {
  if (name === undefined) return url;
  return `${url}${url.includes('?') ? '&' : '?'}name=${encodeURIComponent(name.toWellFormed())}`;
}

/** Offered as a subprotocol, which no access log keeps, rather than in the address. */
function credential({ getToken, key = randomId() + randomId() }: ClientOptions) {
  return async (signal: AbortSignal) => {
    if (!getToken) return `kaiwa.key.${key}`;
    try {
      return `kaiwa.token.${await getToken(signal)}`;
    } catch (thrown) {
      throw disconnected(thrown);
    }
  };
}
