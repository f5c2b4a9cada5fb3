import { backoff, setTimer, sleep, withTimeout } from './async.ts';
import { Connection } from './connection.ts';
import { CurrentConnection } from './current-connection.ts';
import { closedError, ignoring, isRetryable, timeoutError } from './errors.ts';
import { openSocket, type WebSocketConstructor } from './web-socket.ts';

/** Whether there is a connection: `idle` until one is asked for, `closed` for good. */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'closed';

/** What is told of a client's state. */
export interface ConnectionStatus {
  readonly state: ConnectionState;
  /** While it waits: when it tries again, in milliseconds since 1970. */
  readonly retryAt?: number;
  /** Why there is no connection. */
  readonly error?: unknown;
}

/** What a session is made of. */
export interface ConnectionManagerOptions {
  readonly url: string;
  /** What is offered beside `kaiwa.v1`, asked anew for every connection. */
  readonly getCredential: (signal: AbortSignal) => Promise<string>;
  readonly WebSocket: WebSocketConstructor;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly maxConnectionAgeMs: number;
  readonly maxReconnectDelayMs: number;
  readonly onStatus: (status: ConnectionStatus) => void;
  readonly onFrame: (frame: unknown) => void;
  /** Takes a new connection into use; resolves when the one before can be given up. */
  readonly onConnection: (connection: Connection) => Promise<unknown>;
}

/** The version of the wire that this client speaks. */
const subprotocol = 'kaiwa.v1';

/** A connection that lasted so long, in milliseconds, was no failure when it ends. */
const stableAfterMs = 10_000;

/** Keeps a connection: opens it, opens it again when it is lost, renews it before the gateway cuts it. */
export class ConnectionManager {
  readonly #options: ConnectionManagerOptions;
  readonly #closeController = new AbortController();
  /** Those whose sockets are not closed. */
  readonly #connections = new Set<Connection>();
  #status: ConnectionStatus = { state: 'idle' };
  readonly #current = new CurrentConnection<Connection>();
  #endPause = () => {};

  constructor(options: ConnectionManagerOptions) {
    this.#options = options;
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  /** The connection in use, as soon as there is one. Begins to connect where nobody has. */
  getConnection(signal: AbortSignal): Promise<Connection> {
    if (this.#status.state === 'idle') void this.#run();
    return this.#current.get(signal);
  }

  /** Ends the pause before the next try. */
  reconnectNow(): void {
    this.#endPause();
  }

  /** Ends it for good, with an error where it was not asked for; resolves when its sockets are closed. */
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
          connectedAt = Date.now();
          return this.#runUntilLost(connection);
        },
        (thrown: unknown) => thrown,
      );
      if (this.#closeController.signal.aborted) return;
      if (!isRetryable(error)) return void this.close(error);
      if (Date.now() - connectedAt >= stableAfterMs) failures = 0;
      await this.#pause(backoff(failures, this.#options.maxReconnectDelayMs), error);
    }
  }

  /** Waits for the next try, and says so. */
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

  /** Uses a connection, and those that take over from it, until one is lost; tells why it was. */
  async #runUntilLost(first: Connection): Promise<unknown> {
    let previous: Connection | undefined;
    for (let connection = first; ; ) {
      this.#activate(connection, previous);
      const next = await this.#renew(connection);
      if (!next) return connection.ended.reason;
      [previous, connection] = [connection, next];
    }
  }

  #activate(connection: Connection, previous: Connection | undefined): void {
    this.#current.set(connection);
    if (!previous) this.#setStatus({ state: 'connected' });
    const roomsAttached = this.#options.onConnection(connection);
    void roomsAttached.finally(() => previous?.retire());
  }

  /** Another connection, when it is time for one; nothing where this one is lost before. */
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
      void connection.closed.finally(() => this.#connections.delete(connection));
      const end = () => connection.end(signal.reason);
      signal.addEventListener('abort', end);
      await connection.opened;
      // It shows that the server is there, too. An older one does not know how to answer.
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
