import { randomId } from './async.ts';
import { disconnectedError } from './errors.ts';
import type { WebSocketConstructor } from './web-socket.ts';

/** How to reach a chat, and how long to wait for it. */
export interface ClientOptions {
  /** The WebSocket address of the chat (`wss://…`), as `sls deploy` prints it. */
  readonly url: string;
  /**
   * The display name of the user: 1 to 64 characters.
   *
   * @default `guest-` and four characters, which the server chooses
   */
  readonly name?: string;
  /**
   * The secret that identifies the user if the chat uses no tokens: 16 to 128 of `A-Z a-z 0-9 _ -`.
   * Clients with the same key are the same user.
   *
   * @default a random key for the life of the client
   */
  readonly key?: string;
  /**
   * Returns the token of the user if the chat authenticates its users. The client calls it for every
   * connection, and retries if it throws. The signal aborts when the attempt to connect ends.
   *
   * @default no token
   */
  readonly getToken?: (signal: AbortSignal) => string | Promise<string>;
  /**
   * The WebSocket class, such as the one of the package `ws`.
   *
   * @default `globalThis.WebSocket`
   */
  readonly WebSocket?: WebSocketConstructor;
  /**
   * How long to wait for the answer to a request, in milliseconds.
   *
   * @default 10,000 (10 seconds)
   */
  readonly requestTimeoutMs?: number;
  /**
   * How long an attempt to connect may take, in milliseconds, `getToken` included.
   *
   * @default 15,000 (15 seconds)
   */
  readonly connectTimeoutMs?: number;
  /**
   * How long to retry a send, or a page of history, in milliseconds.
   *
   * @default 60,000 (1 minute)
   */
  readonly sendTimeoutMs?: number;
  /**
   * How long after its last frame the client sends a `ping`, in milliseconds. API Gateway closes a
   * connection that is idle for 10 minutes.
   *
   * @default 240,000 (4 minutes)
   */
  readonly heartbeatMs?: number;
  /**
   * How old a connection gets before the client replaces it, in milliseconds, give or take 5 %. The
   * rooms move to the new connection without a gap. API Gateway closes a connection after 2 hours.
   *
   * @default 6,600,000 (110 minutes)
   */
  readonly maxConnectionAgeMs?: number;
  /**
   * The longest pause between two attempts to connect, in milliseconds.
   *
   * @default 30,000 (30 seconds)
   */
  readonly maxReconnectDelayMs?: number;
}

/** The options that the client works with. */
export interface ResolvedOptions
  extends Required<Omit<ClientOptions, 'name' | 'key' | 'getToken'>> {
  /** Returns the subprotocol that identifies the user, for one connection. */
  readonly getCredential: (signal: AbortSignal) => Promise<string>;
}

/** Returns the options of the caller, with a default for each one that is missing. */
export function resolveOptions(options: ClientOptions): ResolvedOptions {
  const {
    WebSocket = globalThis.WebSocket,
    requestTimeoutMs = 10_000,
    connectTimeoutMs = 15_000,
    sendTimeoutMs = 60_000,
    heartbeatMs = 240_000,
    maxConnectionAgeMs = 6_600_000,
    maxReconnectDelayMs = 30_000,
  } = options;
  return {
    url: buildUrl(options),
    getCredential: createCredentialProvider(options),
    WebSocket,
    requestTimeoutMs,
    connectTimeoutMs,
    sendTimeoutMs,
    heartbeatMs,
    maxConnectionAgeMs,
    maxReconnectDelayMs,
  };
}

/** Returns the address to connect to, with the name in its query. */
function buildUrl({ url, name }: ClientOptions): string {
  if (name === undefined) return url;
  return `${url}${url.includes('?') ? '&' : '?'}name=${encodeURIComponent(name.toWellFormed())}`;
}

/**
 * Creates the function that returns the subprotocol with the user's token or key, for one connection.
 * Access logs keep addresses but no subprotocols, so the credential travels there.
 */
function createCredentialProvider({ getToken, key = randomId() + randomId() }: ClientOptions) {
  return async (signal: AbortSignal) => {
    if (!getToken) return `kaiwa.key.${key}`;
    try {
      return `kaiwa.token.${await getToken(signal)}`;
    } catch (thrown) {
      throw disconnectedError(thrown);
    }
  };
}
