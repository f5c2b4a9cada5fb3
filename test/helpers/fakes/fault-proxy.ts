import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as sendHttp,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';

/** A request as it arrived. */
export interface ProxyRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The response of the target. */
export interface ProxyResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Answers one request, perhaps later. `apply` sends it to the target, which then has applied it. */
export type Responder = (response: ServerResponse, apply: () => Promise<ProxyResponse>) => unknown;

/** A responder in its role as a failure of the target. */
export type Fault = Responder;

/** Answers in place of the target, which never sees the request. */
export const respondWith =
  (status: number, body = '', headers: Record<string, string> = {}): Responder =>
  (response) =>
    response.writeHead(status, headers).end(body);

/** Never answers, and the target never sees the request. */
export const neverRespond: Responder = () => {};

/** Breaks the connection before the target sees the request. */
export const resetConnection: Responder = ({ socket }) => socket?.resetAndDestroy();

/** Breaks the connection after the target has applied the request, before the response. */
export const loseResponse: Responder = async ({ socket }, apply) => {
  await apply();
  socket?.resetAndDestroy();
};

/** Lets the target apply the request, and never answers. */
export const stallResponse: Responder = (_response, apply) => apply();

/** Lets the target apply the request, and cuts its response off in the middle. */
export const truncateResponse: Responder = async (response, apply) => {
  const { status, headers, body } = await apply();
  response.writeHead(status, { ...headers, 'content-length': `${body.length}` });
  response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy());
};

/** Lets the target apply the request, and answers with a page of HTML, as a middlebox would. */
export const garbleResponse: Responder = async (response, apply) => {
  await apply();
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>welcome</html>');
};

const passResponse: Responder = async (response, apply) => {
  const { status, headers, body } = await apply();
  response.writeHead(status, headers).end(body);
};

/**
 * An HTTP server on this machine that fails as a test says. It passes all other requests on to its target.
 * Without a target, it is the dependency itself: it answers 200, or as a test says.
 */
export class FaultProxy {
  /** Chooses the fault of a request by its number, from 1. @default none: the request passes */
  fault: (request: ProxyRequest, number: number) => Fault | undefined = () => undefined;
  /** Answers the next requests in this order, if `fault` chooses nothing. The last one repeats. */
  responders: Responder[] = [];
  /** The requests so far. A proxy with a target keeps none, since it may run for hours. */
  readonly requests: ProxyRequest[] = [];
  /** The sockets that clients have opened so far. */
  readonly sockets: Socket[] = [];
  /** The number of requests so far. */
  callCount = 0;
  /** The number of requests so far that did not pass. */
  faultCount = 0;
  readonly #target: URL | undefined;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server = createServer((request, response) => this.#handle(request, response));

  private constructor(target: string | undefined) {
    this.#target = target === undefined ? undefined : new URL(target);
    this.#server.on('clientError', () => {});
    this.#server.on('connection', (socket) => this.sockets.push(socket));
  }

  /** Starts a proxy on a free port. */
  static async start(target?: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await once(proxy.#server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Waits until this number of requests has arrived since the start. */
  async waitForRequests(count: number): Promise<void> {
    while (this.callCount < count) await once(this.#server, 'arrived');
  }

  /** Waits until these sockets are closed. @default all */
  async waitForClosed(sockets: readonly Socket[] = this.sockets): Promise<void> {
    await Promise.all(sockets.map((socket) => socket.closed || once(socket, 'close')));
  }

  async close(): Promise<void> {
    const closed = this.#server.listening && once(this.#server.close(), 'close');
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    // A client, such as the SDK, may set its clock by a date in a response.
    response.sendDate = false;
    const { method = '', url: path = '', headers } = incoming;
    const body = await text(incoming).catch(() => undefined);
    if (body === undefined) return;
    const request = { method, path, headers, body };
    if (!this.#target) this.requests.push(request);
    this.callCount += 1;
    const responder = this.fault(request, this.callCount) ?? this.#nextResponder();
    if (responder) this.faultCount += 1;
    // An error here is a connection that was closed in the middle of a call, as the test meant.
    const respond = responder ?? passResponse;
    const responding = Promise.resolve(respond(response, () => this.#apply(request))).catch(() =>
      response.destroy(),
    );
    this.#server.emit('arrived');
    await responding;
  }

  #nextResponder(): Responder | undefined {
    return this.responders.length > 1 ? this.responders.shift() : this.responders[0];
  }

  async #apply({ method, path, headers, body }: ProxyRequest): Promise<ProxyResponse> {
    if (!this.#target) return { status: 200, headers: {}, body: Buffer.alloc(0) };
    const { hostname, port } = this.#target;
    const agent = this.#agent;
    const sent = sendHttp({ agent, hostname, port, method, path, headers }).end(body);
    const [response] = await once(sent, 'response');
    const { 'transfer-encoding': _chunked, date: _date, ...others } = response.headers;
    return { status: response.statusCode, headers: others, body: await buffer(response) };
  }
}
