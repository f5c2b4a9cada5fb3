import * as http from 'node:http';
import * as https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { createSign, type Payload, type Signing } from './sigv4.ts';

/** What came back. */
export interface Answer {
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  /**
   * AWS's name of the error, such as `GoneException`, or nothing where the server names none. Where no
   * answer came: `TimeoutError`, `AbortError`, or what befell the socket, such as `ECONNREFUSED`.
   */
  readonly error: string;
  /** All that came, where it is read. */
  readonly body?: string;
}

/** How long to wait for an answer. */
export interface Patience {
  /** Milliseconds, the wait for a free socket included. */
  readonly timeoutMs: number;
  /** Ends the wait earlier. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends a payload to a path, which follows the endpoint's own and is encoded already. That no answer
 * came is an answer too: it does not reject.
 */
export type Send = (path: string, payload: Payload, patience: Patience) => Promise<Answer>;

/** Where to send, and as whom. */
export interface SendOptions extends Omit<Signing, 'host'> {
  /** What every address begins with, such as `https://example.org/stage`. */
  readonly endpoint: string;
  /** Whether an answer is its whole body too, and none without; default its head alone. */
  readonly withBody?: boolean;
  /** The trace that a request is a part of, as X-Ray writes it; like the SDK's it is not signed. Default none. */
  readonly trace?: () => string | undefined;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * Sockets are kept, and shared by all who send to the same server: for each there are more than are in use
 * at once, so that hanging ones do not keep the others waiting.
 */
const keeping = { keepAlive: true, maxSockets: 128 };
const agents = { http: new http.Agent(keeping), https: new https.Agent(keeping) };

/** Builds a sender of signed requests to one server, over sockets that are kept. */
export function createSend(options: SendOptions): Send {
  const { endpoint, clock, withBody = false, trace, ...signing } = options;
  const url = new URL(endpoint);
  const [{ request }, agent] =
    url.protocol === 'https:' ? [https, agents.https] : [http, agents.http];
  const { hostname, port } = urlToHttpOptions(url);
  const shared = {
    method: signing.method ?? 'POST',
    hostname,
    port,
    agent,
  };
  const sign = createSign({ ...signing, host: url.host });
  const base = url.pathname.replace(/\/$/, '');
  return (rest, payload, patience) => {
    const path = base + rest;
    const open = () => {
      const headers = sign(path, payload, clock());
      const traced = trace?.();
      if (traced) headers.push('x-amzn-trace-id', traced);
      return request({ ...shared, path, headers });
    };
    return new Promise((resolve) => {
      if (patience.signal?.aborted) resolve({ status: 0, error: 'AbortError' });
      else exchange(open, payload.bytes, patience, resolve, withBody);
    });
  };
}

/**
 * Sends one request and tells what came back, once. Where the other side had closed a kept socket in the
 * meantime, nobody is to blame and the request goes out again at once. Events alone do the work: a
 * promise, a stream or a signal more in each of a room's deliveries would cost more than the signature.
 */
function exchange(
  open: () => http.ClientRequest,
  bytes: Uint8Array,
  { timeoutMs, signal }: Patience,
  done: (answer: Answer) => void,
  withBody: boolean,
): void {
  let answer: Answer | undefined;
  let failure = 'ECONNRESET';
  let ended = false;
  const end = (error: string) => {
    ended = true;
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    done(answer ?? { status: 0, error });
    // Of no effect on one that is complete; its socket is kept.
    sent.destroy();
  };
  const abort = () => end('AbortError');
  const begin = () =>
    open()
      .on('response', (response) => {
        const head = { status: response.statusCode ?? 0, error: errorOf(response) };
        if (withBody) read(response, (body) => (answer = { ...head, body }));
        else answer = head;
        // Unread, it would keep its socket.
        response.resume();
      })
      .on('error', ({ code, name }: NodeJS.ErrnoException) => {
        failure = code ?? name;
      })
      .on('close', () => {
        if (ended) return;
        if (answer || !sent.reusedSocket) end(failure);
        else sent = begin();
      })
      .end(bytes);
  let sent = begin();
  const timer = setTimeout(end, timeoutMs, 'TimeoutError');
  signal?.addEventListener('abort', abort);
}

function read(response: http.IncomingMessage, whole: (body: string) => void): void {
  let body = '';
  response
    .setEncoding('utf8')
    .on('data', (text: string) => {
      body += text;
    })
    .on('end', () => whole(body))
    // The request is closed as well then, and tells of it.
    .on('error', () => {});
}

/** The name in a header such as `GoneException:http://internal.amazon.com/…`. */
function errorOf({ headers }: http.IncomingMessage): string {
  const [header = ''] = [headers['x-amzn-errortype'] ?? ''].flat();
  return header.replace(/:.*|^.*#/g, '');
}
