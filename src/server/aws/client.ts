import * as http from 'node:http';
import * as https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { createSigner, type Payload, type SignerOptions } from './sigv4.ts';

/** The response to a request. */
export interface AwsResponse {
  /** The HTTP status, or 0 without a response. */
  readonly status: number;
  /**
   * AWS's name of the error, such as `GoneException`, or an empty text if the server names none. Without
   * a response, it is `TimeoutError`, `AbortError` or the socket's error, such as `ECONNREFUSED`.
   */
  readonly error: string;
  /** The body, if the client reads bodies. */
  readonly body?: string;
}

/** The limits on the wait for a response. */
export interface RequestLimits {
  /** The timeout in milliseconds, including the wait for a free socket. */
  readonly timeoutMs: number;
  /** Ends the wait earlier. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends a payload to a path, which is appended to the endpoint's path and is already encoded. Never
 * rejects: a missing response is a response with status 0.
 */
export type SendRequest = (
  path: string,
  payload: Payload,
  limits: RequestLimits,
) => Promise<AwsResponse>;

/** The options of a client: its endpoint, and what it signs requests with. */
export interface AwsClientOptions extends Omit<SignerOptions, 'host'> {
  /** The start of every URL, such as `https://example.org/stage`. */
  readonly endpoint: string;
  /** Whether a response needs its whole body. If not, its headers are enough. @default false */
  readonly withBody?: boolean;
  /** Returns the X-Ray header of the current trace. Like the SDK, the client does not sign it. @default none */
  readonly trace?: () => string | undefined;
  /** Returns milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Sockets are kept alive and shared by all clients of a server. There are more of them than concurrent
 * requests, so sockets that hang do not delay other requests.
 */
const agentOptions = { keepAlive: true, maxSockets: 128 };
const httpAgent = new http.Agent(agentOptions);
const httpsAgent = new https.Agent(agentOptions);

/** Creates a sender of signed requests to one server. */
export function createAwsClient(options: AwsClientOptions): SendRequest {
  const { endpoint, now, withBody = false, trace, ...signerOptions } = options;
  const url = new URL(endpoint);
  const isSecure = url.protocol === 'https:';
  const request = isSecure ? https.request : http.request;
  const { hostname, port } = urlToHttpOptions(url);
  const sharedOptions = {
    method: signerOptions.method ?? 'POST',
    hostname,
    port,
    agent: isSecure ? httpsAgent : httpAgent,
  };
  const sign = createSigner({ ...signerOptions, host: url.host });
  const basePath = url.pathname.replace(/\/$/, '');
  return (pathSuffix, payload, limits) => {
    const path = basePath + pathSuffix;
    const open = () => {
      const headers = sign(path, payload, now());
      const traceHeader = trace?.();
      if (traceHeader) headers.push('x-amzn-trace-id', traceHeader);
      return request({ ...sharedOptions, path, headers });
    };
    return new Promise((resolve) => {
      if (limits.signal?.aborted) resolve({ status: 0, error: 'AbortError' });
      else sendOnce(open, payload.bytes, limits, withBody, resolve);
    });
  };
}

/**
 * Sends a request and resolves exactly once:
 *
 *     waiting ── response ──► responded ── request closes ─► settled
 *      ▲  │                       └── timeout or abort ────────▲
 *      │  ├── timeout, abort or a failed socket ───────────────┘
 *      └──┘ the server had closed an idle socket: resend at once
 *
 * Plain event handlers do this. One more promise, stream or signal for each delivery would cost more
 * than the signature.
 */
function sendOnce(
  open: () => http.ClientRequest,
  bytes: Uint8Array,
  { timeoutMs, signal }: RequestLimits,
  withBody: boolean,
  resolve: (response: AwsResponse) => void,
): void {
  let response: AwsResponse | undefined;
  let socketError = 'ECONNRESET';
  let isSettled = false;
  const settle = (error: string) => {
    isSettled = true;
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    resolve(response ?? { status: 0, error });
    // This has no effect on a complete request, and its socket is kept.
    request.destroy();
  };
  const onAbort = () => settle('AbortError');
  const onResponse = (message: http.IncomingMessage) => {
    const head = { status: message.statusCode ?? 0, error: errorType(message) };
    if (withBody) readBody(message, (body) => (response = { ...head, body }));
    else response = head;
    // An unread response would keep its socket busy.
    message.resume();
  };
  const onError = ({ code, name }: NodeJS.ErrnoException) => (socketError = code ?? name);
  const onClose = () => {
    if (isSettled) return;
    const wasIdleSocketClosed = !response && request.reusedSocket;
    if (wasIdleSocketClosed) request = send();
    else settle(socketError);
  };
  const send = () =>
    open().on('response', onResponse).on('error', onError).on('close', onClose).end(bytes);

  let request = send();
  const timer = setTimeout(settle, timeoutMs, 'TimeoutError');
  signal?.addEventListener('abort', onAbort);
}

function readBody(message: http.IncomingMessage, onBody: (body: string) => void): void {
  let body = '';
  message
    .setEncoding('utf8')
    .on('data', (text: string) => {
      body += text;
    })
    .on('end', () => onBody(body))
    // The request closes then too, and its handler settles.
    .on('error', () => {});
}

/** Parses the error name from a header such as `GoneException:http://internal.amazon.com/…`. */
function errorType({ headers }: http.IncomingMessage): string {
  const [header = ''] = [headers['x-amzn-errortype'] ?? ''].flat();
  return header.replace(/:.*|^.*#/g, '');
}
