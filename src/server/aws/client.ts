import * as http from 'node:http';
import * as https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { createSigner, type Payload, type SignerOptions } from './sigv4.ts';

/** What came back. */
export interface AwsResponse {
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
export interface RequestLimits {
  /** Milliseconds, the wait for a free socket included. */
  readonly timeoutMs: number;
  /** Ends the wait earlier. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends a payload to a path, which follows the endpoint's own and is encoded already. That no answer
 * came is an answer too: it does not reject.
 */
export type SendRequest = (
  path: string,
  payload: Payload,
  patience: RequestLimits,
) => Promise<AwsResponse>;

/** Where to send, and as whom. */
export interface AwsClientOptions extends Omit<SignerOptions, 'host'> {
  /** What every address begins with, such as `https://example.org/stage`. */
  readonly endpoint: string;
  /** Whether an answer is its whole body too, and none without; default its head alone. */
  readonly withBody?: boolean;
  /** The trace that a request is a part of, as X-Ray writes it; like the SDK's it is not signed. Default none. */
  readonly trace?: () => string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Sockets are kept, and shared by all who send to the same server: for each there are more than are in use
 * at once, so that hanging ones do not keep the others waiting.
 */
const agentOptions = { keepAlive: true, maxSockets: 128 };
const agents = { http: new http.Agent(agentOptions), https: new https.Agent(agentOptions) };

/** Builds a sender of signed requests to one server, over sockets that are kept. */
export function createAwsClient(options: AwsClientOptions): SendRequest {
  const { endpoint, now, withBody = false, trace, ...signing } = options;
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
  const sign = createSigner({ ...signing, host: url.host });
  const base = url.pathname.replace(/\/$/, '');
  return (pathSuffix, payload, limits) => {
    const path = base + pathSuffix;
    const open = () => {
      const headers = sign(path, payload, now());
      const traced = trace?.();
      if (traced) headers.push('x-amzn-trace-id', traced);
      return request({ ...shared, path, headers });
    };
    return new Promise((resolve) => {
      if (limits.signal?.aborted) resolve({ status: 0, error: 'AbortError' });
      else sendOnce(open, payload.bytes, limits, resolve, withBody);
    });
  };
}

/**
 * Sends one request and tells what came back, once. Where the other side had closed a kept socket in the
 * meantime, nobody is to blame and the request goes out again at once. Events alone do the work: a
 * promise, a stream or a signal more in each of a room's deliveries would cost more than the signature.
 */
function sendOnce(
  open: () => http.ClientRequest,
  bytes: Uint8Array,
  { timeoutMs, signal }: RequestLimits,
  resolve: (response: AwsResponse) => void,
  withBody: boolean,
): void {
  let response: AwsResponse | undefined;
  let failure = 'ECONNRESET';
  let isSettled = false;
  const end = (error: string) => {
    isSettled = true;
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    resolve(response ?? { status: 0, error });
    // Of no effect on one that is complete; its socket is kept.
    sent.destroy();
  };
  const abort = () => end('AbortError');
  const start = () =>
    open()
      .on('response', (message) => {
        const head = { status: message.statusCode ?? 0, error: errorName(message) };
        if (withBody) readBody(message, (body) => (response = { ...head, body }));
        else response = head;
        // Unread, it would keep its socket.
        message.resume();
      })
      .on('error', ({ code, name }: NodeJS.ErrnoException) => {
        failure = code ?? name;
      })
      .on('close', () => {
        if (isSettled) return;
        if (response || !sent.reusedSocket) end(failure);
        else sent = start();
      })
      .end(bytes);
  let sent = start();
  const timer = setTimeout(end, timeoutMs, 'TimeoutError');
  signal?.addEventListener('abort', abort);
}

function readBody(response: http.IncomingMessage, whole: (body: string) => void): void {
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
function errorName({ headers }: http.IncomingMessage): string {
  const [header = ''] = [headers['x-amzn-errortype'] ?? ''].flat();
  return header.replace(/:.*|^.*#/g, '');
}
