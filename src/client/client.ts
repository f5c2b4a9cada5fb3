import type { Action, Result } from '../../schemas/index.ts';
import { abortable, neverAborts, withTimeout } from './async.ts';
import type { Connection, NamedFields, RequestFields, RequestOptions } from './connection.ts';
import { ConnectionManager, type ConnectionStatus } from './connection-manager.ts';
import { Emitter } from './emitter.ts';
import { closedError, timeoutError } from './errors.ts';
import { parseEvent } from './events.ts';
import { JoinedRoom } from './joined-room.ts';
import { leaveRoom } from './leave-room.ts';
import { type ClientOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import type { JoinOptions, Room } from './room.ts';

/** The actions that need no membership, since they change it. They do not wait for the room. */
const membershipActions: ReadonlySet<Action> = new Set(['joinroom', 'leaveroom']);

/** The events of a client that listeners can get, by name. */
export interface ClientEventMap {
  /** The state of the connection has changed. */
  state: ConnectionStatus;
  /**
   * A frame that belongs to no request and no joined room. It is an event of another room, a frame of
   * an unknown type, or data that is not JSON.
   */
  frame: unknown;
}

/**
 * A client of one chat. It connects on the first request, reconnects when it loses the connection,
 * and keeps its rooms joined. Its methods throw {@link KaiwaError}s.
 */
export class Client {
  readonly #connectionManager: ConnectionManager;
  readonly #emitter = new Emitter<ClientEventMap>();
  readonly #rooms = new Map<string, JoinedRoom>();
  readonly #leaving = new Map<string, Promise<void>>();
  /** The newest connection, which may be lost. */
  #connection: Connection | undefined;
  readonly #options: ResolvedOptions;

  /** Use {@link createClient} instead. */
  constructor(options: ClientOptions) {
    this.#options = resolveOptions(options);
    this.#connectionManager = new ConnectionManager({
      ...this.#options,
      onStatus: (status) => this.#setStatus(status),
      onFrame: (frame) => this.#receive(frame),
      onConnection: (connection) => {
        this.#connection = connection;
        return Promise.all([...this.#rooms.values()].map((room) => room.attach(connection)));
      },
    });
  }

  /** The state of the connection, its last error, and the time of the next attempt. */
  get status(): ConnectionStatus {
    return this.#connectionManager.status;
  }

  /** Adds a listener. The returned function removes it. */
  on<K extends keyof ClientEventMap>(
    name: K,
    listener: (value: ClientEventMap[K]) => void,
  ): () => void {
    return this.#emitter.on(name, listener);
  }

  /**
   * Connects without waiting for a request. It also ends the pause before the next attempt. Resolves
   * when the client is connected, however long that takes.
   *
   * @throws {@link KaiwaError} with `refused` or `closed` if the client is closed.
   */
  async connect(): Promise<void> {
    this.#connectionManager.reconnectNow();
    await this.#connectionManager.getConnection(neverAborts);
  }

  /**
   * Sends one request, without retries, and returns its ack without `type`, `action` and `id`. After a
   * reconnect, a request that names a joined room waits until the room is joined again.
   *
   * @throws {@link KaiwaError} with the server's code, `timeout`, `disconnected`, `too_large`,
   * `refused` or `closed`.
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

  /**
   * Joins a room. Resolves when it is joined, however long that takes. For a room that this client has
   * joined already, it returns the same {@link Room}.
   *
   * @example
   * ```ts
   * const room = await client.join('tea', { after: 0 });
   * for await (const event of room) {
   *   if (event.type === 'message') console.log(event.from.name, event.message);
   * }
   * ```
   * @throws {@link KaiwaError} with the server's code if it rejects the join, or with `refused` or
   * `closed`.
   */
  async join(name: string, { after, signal = neverAborts }: JoinOptions = {}): Promise<Room> {
    // The gateway may swap two frames of a connection, so a join waits for the leave before it.
    await abortable(signal, async () => this.#leaving.get(name));
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

  /** Closes the client and its rooms for good. Resolves when its sockets are closed. */
  close(): Promise<void> {
    return this.#connectionManager.close();
  }

  #getConnectionFor(
    action: Action,
    { room }: NamedFields,
    signal: AbortSignal,
  ): Promise<Connection> {
    const isRoomOptional = room === undefined || membershipActions.has(action);
    const joinedRoom = isRoomOptional ? undefined : this.#rooms.get(room);
    return joinedRoom
      ? joinedRoom.whenJoined(signal)
      : this.#connectionManager.getConnection(signal);
  }

  #createRoom(name: string, after: number | undefined): JoinedRoom {
    const leave = () => this.#leave(name, room);
    const room: JoinedRoom = new JoinedRoom({ name, after, leave, ...this.#options });
    this.#rooms.set(name, room);
    room.on('end', () => this.#rooms.delete(name));
    // Without a live connection, the next one is passed to all rooms.
    if (this.#connection) void room.attach(this.#connection);
    else this.#connectionManager.getConnection(neverAborts).catch(() => {});
    return room;
  }

  async #leave(name: string, room: JoinedRoom): Promise<void> {
    if (this.#rooms.get(name) !== room) return;
    const { used, closed } = this.#connectionManager;
    const limits = { timeoutMs: this.#options.sendTimeoutMs, closed };
    const leaving = leaveRoom(room, used, limits).finally(() => this.#leaving.delete(name));
    // Before the end: a listener to it may join the room again.
    this.#leaving.set(
      name,
      leaving.catch(() => {}),
    );
    room.end(closedError());
    await leaving;
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

/**
 * Creates a client of the chat at an address. It connects on the first request.
 *
 * @example
 * ```ts
 * const client = createClient({ url: 'wss://chat.example/dev', name: 'Aki' });
 * const room = await client.join('lobby');
 * room.on('event', (event) => console.log(event.type, event.seq));
 * await room.send('Hello!');
 * ```
 */
export function createClient(options: ClientOptions): Client {
  return new Client(options);
}
