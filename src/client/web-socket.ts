import { setTimer } from './async.ts';
import { disconnectedError, KaiwaError } from './errors.ts';

/** What the client uses of a WebSocket: the platform's own, or that of the package `ws`. */
export interface WebSocketLike {
  /** 3 when it is closed. */
  readonly readyState: number;
  onopen: unknown;
  onmessage: unknown;
  onerror: unknown;
  onclose: unknown;
  send(data: string): void;
  close(): void;
  /** `ws` can end a connection without waiting for the other side. */
  terminate?(): void;
}

/** A class of WebSockets. */
export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

/** How long a socket that was closed may take to say that it is, in milliseconds. */
const closeTimeoutMs = 2_000;

/** Lets go of a socket; resolves when it is closed, or can't be waited for any longer. */
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
  /** Why it was closed: `refused` where its handshake was answered by 401 or 403 and one can know. */
  readonly closeReason: (code: number) => KaiwaError;
}

/** What Node tells those who listen of a response to one of its own requests. */
interface UndiciMessage {
  readonly request: { readonly headers: unknown };
  readonly response: { readonly statusCode: number };
}

/**
 * Begins to open a socket; how its handshake is answered is looked at until the signal aborts. `ws`
 * says that in its error. A browser tells nobody; Node's own WebSocket tells its diagnostics alone,
 * where this handshake is known by what it offers.
 */
export function openSocket(
  WebSocketClass: WebSocketConstructor,
  url: string,
  protocols: string[],
  signal: AbortSignal,
): OpeningSocket {
  const socket = new WebSocketClass(url, protocols);
  let failure: unknown;
  // It stays: `ws` throws an error that nobody listens to, and one that is closed too early has one.
  socket.onerror = ({ message }: { message?: string }) => {
    failure ??= message;
  };
  const onUndiciMessage = (message: unknown) => {
    const { request, response } = message as UndiciMessage;
    if (String(request.headers).includes(protocols.join(', '))) failure = response.statusCode;
  };
  const channel = 'undici:request:headers';
  const node: typeof process | undefined = globalThis.process;
  const diagnostics = node?.getBuiltinModule?.('diagnostics_channel');
  diagnostics?.subscribe(channel, onUndiciMessage);
  signal.addEventListener('abort', () => {
    diagnostics?.unsubscribe(channel, onUndiciMessage);
    // Node asks once more where it was answered by 401: it may have been let in after all.
    failure = undefined;
  });
  const closeReason = (code: number) => {
    const [status] = /(?<=^|: )40[13]$/.exec(String(failure)) ?? [];
    return status
      ? new KaiwaError('refused', `Refused with ${status}.`)
      : disconnectedError(failure ?? `closed with ${code}`);
  };
  return { socket, closeReason };
}
