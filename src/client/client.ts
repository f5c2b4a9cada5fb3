import type { Action, Result } from '../../schemas/index.ts';
import { neverAborts, withTimeout } from './async.ts';
import type { Connection, RequestFields, RequestOptions } from './connection.ts';
import { ConnectionManager, type ConnectionStatus } from './connection-manager.ts';
import { DefaultRoom } from './default-room.ts';
import { Emitter } from './emitter.ts';
import { closedError, ignoring, timeoutError } from './errors.ts';
import { parseEvent } from './events.ts';
import { buildUrl, type ClientOptions, createCredentialProvider } from './options.ts';
import { retryUntil } from './outbox.ts';
import type { Room } from './room.ts';

/** What moves one into a room and out of it: it can't wait until one is there. */
const membershipActions: ReadonlySet<Action> = new Set(['joinroom', 'leaveroom']);

/** What any request may be about. */
interface RequestTarget {
  readonly id?: string | undefined;
  readonly room?: string | undefined;
}

/** What listeners of a client are given, by name. */
export interface ClientEventMap {
  state: ConnectionStatus;
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
  readonly #connectionManager: ConnectionManager;
  readonly #emitter = new Emitter<ClientEventMap>();
  readonly #rooms = new Map<string, DefaultRoom>();
  readonly #leaving = new Map<string, Promise<void>>();
  /** The latest one, which may be lost. */
  #connection: Connection | undefined;
  readonly #options: Required<
    Pick<ClientOptions, 'requestTimeoutMs' | 'sendTimeoutMs' | 'maxReconnectDelayMs'>
  >;

  /** Use `createClient`. */
  constructor(options: ClientOptions) {
    const {
      WebSocket = globalThis.WebSocket,
      requestTimeoutMs = 10_000,
      connectTimeoutMs = 15_000,
      sendTimeoutMs = 60_000,
      heartbeatMs = 240_000,
      maxConnectionAgeMs = 6_600_000,
      maxReconnectDelayMs = 30_000,
    } = options;
    this.#options = { requestTimeoutMs, sendTimeoutMs, maxReconnectDelayMs };
    this.#connectionManager = new ConnectionManager({
      url: buildUrl(options),
      getCredential: createCredentialProvider(options),
      WebSocket,
      requestTimeoutMs,
      connectTimeoutMs,
      heartbeatMs,
      maxConnectionAgeMs,
      maxReconnectDelayMs,
      onStatus: (status) => this.#setStatus(status),
      onFrame: (frame) => this.#receive(frame),
      onConnection: (connection) => {
        this.#connection = connection;
        return Promise.all([...this.#rooms.values()].map((room) => room.attach(connection)));
      },
    });
  }

  /** Its state, and why and until when it waits. */
  get status(): ConnectionStatus {
    return this.#connectionManager.status;
  }

  /** Listens until the returned function is called. */
  on<K extends keyof ClientEventMap>(
    name: K,
    listener: (value: ClientEventMap[K]) => void,
  ): () => void {
    return this.#emitter.on(name, listener);
  }

  /** Connects, at once where it waits for the next try; resolves when it is connected. */
  async connect(): Promise<void> {
    this.#connectionManager.reconnectNow();
    await this.#connectionManager.getConnection(neverAborts);
  }

  /**
   * Asks once, and gives what the ack tells. Where it names a room that is joined here, it waits until
   * one is there (again): the server knows a new connection in none. Throws the error that the server
   * answers with.
   */
  request<A extends Action>(
    action: A,
    fields: RequestFields<A>,
    { signal, timeoutMs = this.#options.requestTimeoutMs }: RequestOptions = {},
  ): Promise<Result<A>> {
    return withTimeout(timeoutMs, timeoutError, signal, async (timeoutSignal) => {
      const connection = await this.#getConnectionFor(action, fields, timeoutSignal);
      return connection.request(action, fields, { timeoutMs, signal: timeoutSignal });
    });
  }

  /** Joins a room; resolves when that is done, however long it takes. A room joined already is given again. */
  async join(name: string, { after, signal = neverAborts }: JoinOptions = {}): Promise<Room> {
    // The gateway handles two frames of one client in either order: it could leave what it has joined.
    await this.#leaving.get(name);
    const { state, error = closedError() } = this.status;
    if (state === 'closed') throw error;
    const existing = this.#rooms.get(name);
    const room = existing ?? this.#createRoom(name, after);
    try {
      await room.whenJoined(signal);
      return room;
    } catch (thrown) {
      if (signal.aborted && !existing) void room.leave().catch(() => {});
      throw thrown;
    }
  }

  /** Ends it for good, with all its rooms; resolves when its sockets are closed. */
  close(): Promise<void> {
    return this.#connectionManager.close();
  }

  #getConnectionFor(
    action: Action,
    { room }: RequestTarget,
    signal: AbortSignal,
  ): Promise<Connection> {
    const isRoomOptional = room === undefined || membershipActions.has(action);
    const joinedRoom = isRoomOptional ? undefined : this.#rooms.get(room);
    return joinedRoom
      ? joinedRoom.whenJoined(signal)
      : this.#connectionManager.getConnection(signal);
  }

  #createRoom(name: string, after: number | undefined): DefaultRoom {
    const leave = () => this.#leave(name, room);
    const room = new DefaultRoom({ name, after, leave, ...this.#options });
    this.#rooms.set(name, room);
    room.on('end', () => this.#rooms.delete(name));
    // Where there is none yet, or it is lost, the next one is given to all rooms.
    if (this.#connection) void room.attach(this.#connection);
    else this.#connectionManager.getConnection(neverAborts).catch(() => {});
    return room;
  }

  async #leave(name: string, room: DefaultRoom): Promise<void> {
    if (this.#rooms.get(name) !== room) return;
    room.end(closedError());
    const leaveRequest = retryUntil(this.#options.sendTimeoutMs, undefined, async (signal) => {
      // One is in a room by a connection: where that is lost, one has left.
      if (this.status.state !== 'connected') return;
      await this.request('leaveroom', { room: name }, { signal }).catch(ignoring('not_member'));
    }).finally(() => this.#leaving.delete(name));
    this.#leaving.set(
      name,
      leaveRequest.catch(() => {}),
    );
    await leaveRequest;
  }

  #setStatus(status: ConnectionStatus): void {
    if (status.state === 'closed') {
      for (const room of this.#rooms.values())
        room.end(status.error ?? closedError(), status.error);
    }
    this.#emitter.emit('state', status);
  }

  #receive(frame: unknown): void {
    const event = parseEvent(frame);
    const room = event && this.#rooms.get(event.room);
    if (room) room.receive(event);
    else this.#emitter.emit('frame', frame);
  }
}

/** A client of the chat at that address. */
export function createClient(options: ClientOptions): Client {
  return new Client(options);
}
