import { backoff, later, sleep, within } from './async.ts';
import { Connection } from './connection.ts';
import { Latest } from './current-connection.ts';
import { closed, except, isRetryable, timeout } from './errors.ts';
import { connect, type SocketClass } from './web-socket.ts';

/** Whether there is a connection: `idle` until one is asked for, `closed` for good. */
export type State = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'closed';

/** What is told of a client's state. */
export interface Status {
  readonly state: State;
  /** While it waits: when it tries again, in milliseconds since 1970. */
  readonly retryAt?: number;
  /** Why there is no connection. */
  readonly error?: unknown;
}

/** What a session is made of. */
export interface SessionOptions {
  readonly url: string;
  /** What is offered beside `kaiwa.v1`, asked anew for every connection. */
  readonly credential: (signal: AbortSignal) => Promise<string>;
  readonly WebSocket: SocketClass;
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly renewMs: number;
  readonly maxBackoffMs: number;
  readonly onStatus: (status: Status) => void;
  readonly onFrame: (frame: unknown) => void;
  /** Takes a new connection into use; resolves when the one before can be given up. */
  readonly onConnection: (connection: Connection) => Promise<unknown>;
}

/** The version of the wire that this client speaks. */
const subprotocol = 'kaiwa.v1';

/** A connection that lasted so long, in milliseconds, was no failure when it ends. */
const steadyMs = 10_000;

/** Keeps a connection: opens it, opens it again when it is lost, renews it before the gateway cuts it. */
export class Session {
  readonly #options: SessionOptions;
  readonly #over = new AbortController();
  /** Those whose sockets are not closed. */
  readonly #connections = new Set<Connection>();
  #status: Status = { state: 'idle' };
  readonly #current = new Latest<Connection>();
  #cutPause = () => {};

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get status(): Status {
    return this.#status;
  }

  /** The connection in use, as soon as there is one. Begins to connect where nobody has. */
  connection(signal: AbortSignal): Promise<Connection> {
    if (this.#status.state === 'idle') void this.#run();
    return this.#current.get(signal);
  }

  /** Ends the pause before the next try. */
  tryNow(): void {
    this.#cutPause();
  }

  /** Ends it for good, with an error where it was not asked for; resolves when its sockets are closed. */
  async close(error?: unknown): Promise<void> {
    if (!this.#over.signal.aborted) {
      const reason = error ?? closed();
      this.#over.abort(reason);
      this.#cutPause();
      this.#current.end(reason);
      for (const connection of this.#connections) connection.end(reason);
      this.#set({ state: 'closed', ...(error !== undefined && { error }) });
    }
    await Promise.all([...this.#connections].map(({ closed }) => closed));
  }

  async #run(): Promise<void> {
    this.#set({ state: 'connecting' });
    for (let failures = 0; ; failures += 1) {
      let since = Number.POSITIVE_INFINITY;
      const error = await this.#open(this.#over.signal).then(
        (connection) => {
          since = Date.now();
          return this.#serve(connection);
        },
        (thrown: unknown) => thrown,
      );
      if (this.#over.signal.aborted) return;
      if (!isRetryable(error)) return void this.close(error);
      if (Date.now() - since >= steadyMs) failures = 0;
      await this.#pause(backoff(failures, this.#options.maxBackoffMs), error);
    }
  }

  /** Waits for the next try, and says so. */
  async #pause(ms: number, error: unknown): Promise<void> {
    const { state: before } = this.#status;
    const state = before === 'connected' ? 'reconnecting' : before;
    const paused = new Promise<void>((resolve) => {
      const cancel = later(ms, resolve);
      this.#cutPause = () => {
        cancel();
        resolve();
      };
    });
    this.#set({ state, retryAt: Date.now() + ms, error });
    await paused;
    this.#set({ state, error });
  }

  /** Uses a connection, and those that take over from it, until one is lost; tells why it was. */
  async #serve(first: Connection): Promise<unknown> {
    let before: Connection | undefined;
    for (let connection = first; ; ) {
      this.#use(connection, before);
      const next = await this.#successor(connection);
      if (!next) return connection.ended.reason;
      [before, connection] = [connection, next];
    }
  }

  #use(connection: Connection, before: Connection | undefined): void {
    this.#current.set(connection);
    if (!before) this.#set({ state: 'connected' });
    const moved = this.#options.onConnection(connection);
    void moved.finally(() => before?.retire());
  }

  /** Another connection, when it is time for one; nothing where this one is lost before. */
  async #successor({ ended }: Connection): Promise<Connection | undefined> {
    const { renewMs, maxBackoffMs } = this.#options;
    let waitMs = renewMs * (0.95 + 0.1 * Math.random());
    for (let failures = 0; !ended.aborted; failures += 1) {
      try {
        await sleep(waitMs, ended);
        return await this.#open(ended);
      } catch (thrown) {
        if (!ended.aborted && !isRetryable(thrown)) void this.close(thrown);
        waitMs = backoff(failures, maxBackoffMs);
      }
    }
    return undefined;
  }

  #open(until: AbortSignal): Promise<Connection> {
    const { url, credential, WebSocket, connectTimeoutMs } = this.#options;
    return within(connectTimeoutMs, timeout, until, async (signal) => {
      const offer = await credential(signal);
      signal.throwIfAborted();
      const opening = connect(WebSocket, url, [subprotocol, offer], signal);
      const connection = new Connection(opening, this.#options);
      this.#connections.add(connection);
      void connection.closed.finally(() => this.#connections.delete(connection));
      const end = () => connection.end(signal.reason);
      signal.addEventListener('abort', end);
      await connection.opened;
      // It shows that the server is there, too. An older one does not know how to answer.
      const self = connection.request('identity', {}).catch(except('unknown_action'));
      connection.self = await self;
      signal.removeEventListener('abort', end);
      return connection;
    });
  }

  #set(status: Status): void {
    if (this.#status.state === 'closed') return;
    this.#status = status;
    this.#options.onStatus(status);
  }
}
