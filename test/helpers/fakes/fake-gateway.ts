import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** How a gateway answers one request. */
export type Responder = (response: ServerResponse) => void;

/** Answers with a status. */
export const respondWith =
  (code: number, body = '', headers: Record<string, string> = {}): Responder =>
  (response) =>
    response.writeHead(code, headers).end(body);

/** Closes the socket instead of answering. */
export const resetConnection: Responder = ({ socket }) => socket?.resetAndDestroy();

/** Never answers. */
export const neverRespond: Responder = () => {};

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on this machine that answers as a test says, and writes down what arrives. */
export class FakeGateway {
  /** The answers to come, one a request; the last one stays. */
  responders: Responder[] = [respondWith(200)];
  readonly requests: ReceivedRequest[] = [];
  /** Every socket that was opened to it. */
  readonly sockets: Socket[] = [];
  readonly #server = createServer(async (request, response) => {
    // By a date in the answer the SDK would set its clock.
    response.sendDate = false;
    const { method, url: path, headers } = request;
    this.requests.push({ method, path, headers, body: await text(request) });
    (this.responders.length > 1 ? this.responders.shift() : this.responders[0])?.(response);
    this.#server.emit('arrived');
  }).on('connection', (socket) => this.sockets.push(socket));

  /** Starts one on a free port. */
  static async start(): Promise<FakeGateway> {
    const gateway = new FakeGateway();
    gateway.#server.listen(0, '127.0.0.1');
    await once(gateway.#server, 'listening');
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Waits until so many requests have arrived, in all. */
  async waitForRequests(count: number): Promise<void> {
    while (this.requests.length < count) await once(this.#server, 'arrived');
  }

  /** Waits until these sockets are closed; default all. */
  async waitForClosed(sockets = this.sockets): Promise<void> {
    await Promise.all(sockets.map((socket) => socket.closed || once(socket, 'close')));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await once(this.#server.close(), 'close');
  }
}
