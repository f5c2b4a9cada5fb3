import { backoff, setTimer, sleep, withTimeout } from './async.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { CurrentConnection } from './current-connection.ts';
import { closedError, ignoring, isRetryable, timeoutError } from './errors.ts';
import { openSocket, type WebSocketConstructor } from './web-socket.ts';

/**
 * The state of a client's connection.
 *
 * - `idle`: nothing has needed a connection yet.
 * - `connecting`: the first connection is being opened.
 * - `connected`: requests and events flow.
 * - `reconnecting`: the connection was lost and another one is being opened.
 * - `closed`: the client has ended for good.
 */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'closed';

/** The state of a client's connection, and the reason for it. */
export interface ConnectionStatus {
  /** The state of the connection. */
  readonly state: ConnectionState;
  /** The time of the next attempt to connect, in milliseconds since 1970, while the client waits. */
  readonly retryAt?: number;
  /** The error that ended the last connection, or the last attempt to connect. */
  readonly error?: unknown;
}

/** How a connection manager connects, and the callbacks that it calls. Times are in milliseconds. */
export interface ConnectionManagerOptions extends ConnectionOptions {
  readonly url: string;
  /** Returns the subprotocol to offer beside `kaiwa.v1`, for one connection. */
  readonly getCredential: (signal: AbortSignal) => Promise<string>;
  readonly WebSocket: WebSocketConstructor;
  readonly connectTimeoutMs: number;
  readonly maxConnectionAgeMs: number;
  readonly maxReconnectDelayMs: number;
  readonly onStatus: (status: ConnectionStatus) => void;
  /** Moves the rooms to a new connection. Resolves when all rooms have joined there. */
  readonly onConnection: (connection: Connection) => Promise<unknown>;
}

/** The version of the protocol that this client speaks. */
const subprotocol = 'kaiwa.v1';

/** A connection that lasts this long counts as a success when it ends, in milliseconds. */
const stableAfterMs = 10_000;

/** Opens a connection, reopens it when it is lost, and renews it before the gateway closes it. */
export class ConnectionManager {
  readonly #options: ConnectionManagerOptions;
  readonly #closeController = new AbortController();
  /** The connections whose sockets are not closed. */
  readonly #connections = new Set<Connection>();
  /** Those of them that rooms were moved to: the current one, and older ones until they close. */
  readonly #used = new Set<Connection>();
  #status: ConnectionStatus = { state: 'idle' };
  readonly #current = new CurrentConnection<Connection>();
  #endPause = () => {};

  constructor(options: ConnectionManagerOptions) {
    this.#options = options;
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** The connections on which rooms may be joined. A renewal uses two for a while. */
  get used(): Connection[] {
    return [...this.#used].filter(({ ended }) => !ended.aborted);
  }

  /** Aborts when the manager is closed for good, with the error as its reason. */
  get closed(): AbortSignal {
    return this.#closeController.signal;
  }

  /** Resolves with the connection in use. Starts to connect if the manager is idle. */
  getConnection(signal: AbortSignal): Promise<Connection> {
    if (this.#status.state === 'idle') void this.#run();
    return this.#current.get(signal);
  }

  /** Ends the pause before the next attempt. */
  reconnectNow(): void {
    this.#endPause();
  }

  /** Ends everything for good, with the error that forces it, if any. Resolves when all sockets are closed. */
  async close(error?: unknown): Promise<void> {
    if (!this.#closeController.signal.aborted) {
      const reason = error ?? closedError();
      this.#closeController.abort(reason);
      this.#endPause();
      this.#current.end(reason);
      for (const connection of this.#connections) connection.end(reason);
      this.#setStatus({ state: 'closed', ...(error !== undefined && { error }) });
    }
    await Promise.all([...this.#connections].map(({ closed }) => closed));
  }

  async #run(): Promise<void> {
    this.#setStatus({ state: 'connecting' });
    for (let failures = 0; ; failures += 1) {
      let connectedAt = Number.POSITIVE_INFINITY;
      const error = await this.#open(this.#closeController.signal).then(
        (connection) => {
          connectedAt = performance.now();
          return this.#runUntilLost(connection);
        },
        (thrown: unknown) => thrown,
      );
      if (this.#closeController.signal.aborted) return;
      if (!isRetryable(error)) return void this.close(error);
      if (performance.now() - connectedAt >= stableAfterMs) failures = 0;
      await this.#pause(backoff(failures, this.#options.maxReconnectDelayMs), error);
    }
  }

  /** Waits before the next attempt, and reports that in the status. */
  async #pause(ms: number, error: unknown): Promise<void> {
    const { state: previousState } = this.#status;
    const state = previousState === 'connected' ? 'reconnecting' : previousState;
    const paused = new Promise<void>((resolve) => {
      const cancel = setTimer(ms, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
    this.#setStatus({ state, retryAt: Date.now() + ms, error });
    await paused;
    this.#setStatus({ state, error });
  }

  /** Uses a connection and its successors until one is lost. Returns the error that ended it. */
  async #runUntilLost(first: Connection): Promise<unknown> {
    let previous: Connection | undefined;
    for (let connection = first; ; ) {
      this.#activate(connection, previous);
      const next = await this.#renew(connection);
      if (!next) return connection.ended.reason;
      previous = connection;
      connection = next;
    }
  }

  #activate(connection: Connection, previous: Connection | undefined): void {
    this.#current.set(connection);
    this.#used.add(connection);
    if (!previous) this.#setStatus({ state: 'connected' });
    const roomsAttached = this.#options.onConnection(connection);
    void roomsAttached.finally(() => previous?.retire());
  }

  /** Resolves with a new connection when this one is too old, or with undefined if it is lost before. */
  async #renew({ ended }: Connection): Promise<Connection | undefined> {
    const { maxConnectionAgeMs, maxReconnectDelayMs } = this.#options;
    let waitMs = maxConnectionAgeMs * (0.95 + 0.1 * Math.random());
    for (let failures = 0; !ended.aborted; failures += 1) {
      try {
        await sleep(waitMs, ended);
        return await this.#open(ended);
      } catch (thrown) {
        if (!ended.aborted && !isRetryable(thrown)) void this.close(thrown);
        waitMs = backoff(failures, maxReconnectDelayMs);
      }
    }
    return undefined;
  }

  #open(parentSignal: AbortSignal): Promise<Connection> {
    const { url, getCredential, WebSocket, connectTimeoutMs } = this.#options;
    return withTimeout(connectTimeoutMs, timeoutError, parentSignal, async (signal) => {
      const credentialProtocol = await getCredential(signal);
      signal.throwIfAborted();
      const openingSocket = openSocket(WebSocket, url, [subprotocol, credentialProtocol], signal);
      const connection = new Connection(openingSocket, this.#options);
      this.#connections.add(connection);
      void connection.closed.finally(() => {
        this.#connections.delete(connection);
        this.#used.delete(connection);
      });
      const end = () => connection.end(signal.reason);
      signal.addEventListener('abort', end);
      await connection.opened;
      // The answer also proves that the server is there. An older server does not know the action.
      const self = connection.request('identity', {}).catch(ignoring('unknown_action'));
      connection.self = await self;
      signal.removeEventListener('abort', end);
      return connection;
    });
  }

  #setStatus(status: ConnectionStatus): void {
    if (this.#status.state === 'closed') return;
    this.#status = status;
    this.#options.onStatus(status);
  }
}
