import { randomId } from './async.ts';
import { disconnectedError } from './errors.ts';
import type { WebSocketConstructor } from './web-socket.ts';

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
  readonly WebSocket?: WebSocketConstructor;
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
  readonly maxConnectionAgeMs?: number;
  /** The longest pause between two tries to connect. Default: 30,000. */
  readonly maxReconnectDelayMs?: number;
}

/** Where its WebSocket is, and by which name one comes. */
export function buildUrl({ url, name }: ClientOptions): string {
  if (name === undefined) return url;
  return `${url}${url.includes('?') ? '&' : '?'}name=${encodeURIComponent(name.toWellFormed())}`;
}

/**
 * What shows who one is, asked for anew for every connection. It is offered as a subprotocol, which no
 * access log keeps, rather than in the address.
 */
export function createCredentialProvider({
  getToken,
  key = randomId() + randomId(),
}: ClientOptions) {
  return async (signal: AbortSignal) => {
    if (!getToken) return `kaiwa.key.${key}`;
    try {
      return `kaiwa.token.${await getToken(signal)}`;
    } catch (thrown) {
      throw disconnectedError(thrown);
    }
  };
}
