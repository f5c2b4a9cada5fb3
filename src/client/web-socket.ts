import { setTimer } from './async.ts';
import { disconnectedError, KaiwaError } from './errors.ts';

/** The part of a WebSocket that the client uses. The platform's class and the package `ws` have it. */
export interface WebSocketLike {
  /** The state of the socket. The client looks for 3, which means closed. */
  readonly readyState: number;
  /** The listener for the end of the handshake. */
  onopen: unknown;
  /** The listener for a frame, which gets it as `data`. */
  onmessage: unknown;
  /** The listener for an error, which gets its text as `message` if there is one. */
  onerror: unknown;
  /** The listener for the end of the connection, which gets its `code`. */
  onclose: unknown;
  /** Sends a text frame. */
  send(data: string): void;
  /** Starts the closing handshake. */
  close(): void;
  /** Ends the connection without a closing handshake. Only `ws` has it. */
  terminate?(): void;
}

/** A class of WebSockets, for {@link ClientOptions.WebSocket}. */
export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

/** How long a socket may take to close, in milliseconds. */
const closeTimeoutMs = 2_000;

/** Closes a socket. Resolves when it is closed, or has taken too long. */
export function closeSocket(socket: WebSocketLike): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === 3) return resolve();
    const cancel = setTimer(closeTimeoutMs, () => {
      socket.terminate?.();
      resolve();
    });
    socket.onclose = () => {
      cancel();
      resolve();
    };
    socket.close();
  });
}

/** A socket that is being opened. */
export interface OpeningSocket {
  readonly socket: WebSocketLike;
  /**
   * Returns the error for a close code. It is `refused` if the handshake was answered with 401 or 403
   * and the platform reports that.
   */
  readonly closeReason: (code: number) => KaiwaError;
}

/** A message of Node about a response to one of its own requests. */
interface UndiciMessage {
  readonly request: { readonly headers: unknown };
  readonly response: { readonly statusCode: number };
}

/** The part of Node's globals that reports the response to a handshake. Other platforms lack it. */
interface NodeGlobals {
  readonly process?: { getBuiltinModule?(name: 'diagnostics_channel'): DiagnosticsChannel };
}

interface DiagnosticsChannel {
  subscribe(channel: string, listener: (message: unknown) => void): void;
  unsubscribe(channel: string, listener: (message: unknown) => void): void;
}

/**
 * Opens a socket, and watches the response to its handshake until the signal aborts. The package `ws`
 * reports the status in its error. Node's own WebSocket reports it on a diagnostics channel, and the
 * offered protocols identify the handshake there. Browsers hide it.
 */
export function openSocket(
  WebSocketClass: WebSocketConstructor,
  url: string,
  protocols: string[],
  signal: AbortSignal,
): OpeningSocket {
  const socket = new WebSocketClass(url, protocols);
  let failure: unknown;
  // Never removed: `ws` throws an error without a listener, and closing it early causes one.
  socket.onerror = ({ message }: { message?: string }) => {
    failure ??= message;
  };
  const onUndiciMessage = (message: unknown) => {
    const { request, response } = message as UndiciMessage;
    if (String(request.headers).includes(protocols.join(', '))) failure = response.statusCode;
  };
  const channel = 'undici:request:headers';
  const { process } = globalThis as NodeGlobals;
  const diagnostics = process?.getBuiltinModule?.('diagnostics_channel');
  diagnostics?.subscribe(channel, onUndiciMessage);
  signal.addEventListener('abort', () => {
    diagnostics?.unsubscribe(channel, onUndiciMessage);
    // Node repeats a request that was answered with 401, so the handshake may have succeeded.
    failure = undefined;
  });
  const closeReason = (code: number) => {
    const [status] = /(?<=^|: )40[13]$/.exec(String(failure)) ?? [];
    return status
      ? new KaiwaError('refused', `Refused with ${status}. Check the token and the origin.`)
      : disconnectedError(failure ?? `Closed with ${code}.`);
  };
  return { socket, closeReason };
}
