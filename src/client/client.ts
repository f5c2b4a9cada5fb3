import type { Action, Result } from '../../schemas/index.ts';
import { never, within } from './async.ts';
import type { Connection, Fields, RequestOptions } from './connection.ts';
import { Session, type Status } from './connection-manager.ts';
import { Membership } from './default-room.ts';
import { Emitter } from './emitter.ts';
import { closed, except, timeout } from './errors.ts';
import { asEvent } from './events.ts';
import { address, type ClientOptions, credential } from './options.ts';
import { untilDone } from './outbox.ts';
import type { Room } from './room.ts';

/** What moves one into a room and out of it: it can't wait until one is there. */
const moves: ReadonlySet<Action> = new Set(['joinroom', 'leaveroom']);

/** What any request may be about. */
interface About {
  readonly id?: string | undefined;
  readonly room?: string | undefined;
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

  /**
   * Asks once, and gives what the ack tells. Where it names a room that is joined here, it waits until
   * one is there (again): the server knows a new connection in none. Throws the error that the server
   * answers with.
   */
  request<A extends Action>(
    action: A,
    fields: Fields<A>,
    { signal, timeoutMs = this.#options.requestTimeoutMs }: RequestOptions = {},
  ): Promise<Result<A>> {
    return within(timeoutMs, timeout, signal, async (over) => {
      const connection = await this.#connectionFor(action, fields, over);
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

  #connectionFor(action: Action, { room }: About, over: AbortSignal): Promise<Connection> {
    const isElsewhere = room === undefined || moves.has(action);
    const joined = isElsewhere ? undefined : this.#rooms.get(room);
    return joined ? joined.joined(over) : this.#session.connection(over);
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
