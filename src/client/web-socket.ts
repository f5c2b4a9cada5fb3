import { later } from './async.ts';
import { disconnected, KaiwaError } from './errors.ts';

/** What the client uses of a WebSocket: the platform's own, or that of the package `ws`. */
export interface Socket {
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
export type SocketClass = new (url: string, protocols: string[]) => Socket;

/** How long a socket that was closed may take to say that it is, in milliseconds. */
const closingMs = 2_000;

/** Lets go of a socket; resolves when it is closed, or can't be waited for any longer. */
export function drop(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === 3) return resolve();
    const cancel = later(closingMs, () => {
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
export interface Opening {
  readonly socket: Socket;
  /** Why it was closed: `refused` where its handshake was answered by 401 or 403 and one can know. */
  readonly why: (code: number) => KaiwaError;
}

/** What Node tells those who listen of a response to one of its own requests. */
interface Told {
  readonly request: { readonly headers: unknown };
  readonly response: { readonly statusCode: number };
}

/**
 * Begins to open a socket; how its handshake is answered is looked at until the signal aborts. `ws`
 * says that in its error. A browser tells nobody; Node's own WebSocket tells its diagnostics alone,
 * where this handshake is known by what it offers.
 */
export function connect(
  Class: SocketClass,
  url: string,
  protocols: string[],
  signal: AbortSignal,
): Opening {
  const socket = new Class(url, protocols);
  let reason: unknown;
  // It stays: `ws` throws an error that nobody listens to, and one that is closed too early has one.
  socket.onerror = ({ message }: { message?: string }) => {
    reason ??= message;
  };
  const listen = (message: unknown) => {
    const { request, response } = message as Told;
    if (String(request.headers).includes(protocols.join(', '))) reason = response.statusCode;
  };
  const channel = 'undici:request:headers';
  const node: typeof process | undefined = globalThis.process;
  const diagnostics = node?.getBuiltinModule?.('diagnostics_channel');
  diagnostics?.subscribe(channel, listen);
  signal.addEventListener('abort', () => {
    diagnostics?.unsubscribe(channel, listen);
    // Node asks once more where it was answered by 401: it may have been let in after all.
    reason = undefined;
  });
  const why = (code: number) => {
    const [status] = /(?<=^|: )40[13]$/.exec(String(reason)) ?? [];
    return status
      ? new KaiwaError('refused', `Refused with ${status}.`)
      : disconnected(reason ?? `closed with ${code}`);
  };
  return { socket, why };
}
