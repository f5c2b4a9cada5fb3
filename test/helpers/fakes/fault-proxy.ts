import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  request as open,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request on its way to a dependency. */
export interface ProxyRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a dependency answered. */
export interface ProxyResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What becomes of a request: `apply` brings it to the dependency, which then has done it. */
export type Fault = (
  response: ServerResponse,
  apply: () => Promise<ProxyResponse>,
) => void | Promise<void>;

/** Answers in place of the dependency, which never sees the request. */
export const responds =
  (status: number, body = '', headers: Record<string, string> = {}): Fault =>
  (response) =>
    void response.writeHead(status, headers).end(body);

/** Never answers, and the dependency never sees the request. */
export const hangs: Fault = () => {};

/** The connection breaks before the dependency sees the request. */
export const resets: Fault = ({ socket }) => void socket?.resetAndDestroy();

/** The dependency does it, and the connection breaks before it has answered. */
export const losesResponse: Fault = async ({ socket }, apply) => {
  await apply();
  socket?.resetAndDestroy();
};

/** The dependency does it, and its answer never comes. */
export const stallsResponse: Fault = async (_response, apply) => void (await apply());

/** The dependency does it, and its answer breaks off in the middle. */
export const truncatesResponse: Fault = async (response, apply) => {
  const { status, headers, body } = await apply();
  response.writeHead(status, { ...headers, 'content-length': `${body.length}` });
  response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy());
};

/** The dependency does it, and something between answers for it in a language of its own. */
export const garblesResponse: Fault = async (response, apply) => {
  await apply();
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html>welcome</html>');
};

const passes: Fault = async (response, apply) => {
  const { status, headers, body } = await apply();
  response.writeHead(status, headers).end(body);
};

/** Stands in front of a dependency and does to it what a test says. */
export class FaultProxy {
  /** What becomes of the call of that number, from 1; default it passes. */
  fault: (call: ProxyRequest, number: number) => Fault | undefined = () => undefined;
  /** How many calls came. */
  callCount = 0;
  /** How many of them did not pass. */
  faultCount = 0;
  readonly #target: URL;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server = createServer(async (request, response) => {
    // A client could set its clock by a date in an answer.
    response.sendDate = false;
    const { method = '', url: path = '', headers } = request;
    const call = { method, path, headers, body: await buffer(request).catch(() => undefined) };
    if (!call.body) return;
    this.callCount += 1;
    const fault = this.fault({ ...call, body: call.body }, this.callCount);
    if (fault) this.faultCount += 1;
    const apply = () => this.#apply({ ...call, body: call.body ?? Buffer.alloc(0) });
    // Whoever closes this in the middle of a call has what is wanted.
    await Promise.resolve((fault ?? passes)(response, apply)).catch(() => response.destroy());
  });

  private constructor(target: string) {
    this.#target = new URL(target);
    this.#server.on('clientError', () => {});
  }

  /** Starts one on a free port. */
  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await once(proxy.#server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server.close(), 'close');
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await closed;
  }

  async #apply({ method, path, headers, body }: ProxyRequest): Promise<ProxyResponse> {
    const { hostname, port } = this.#target;
    const sent = open({ agent: this.#agent, hostname, port, method, path, headers }).end(body);
    const [answer] = await once(sent, 'response');
    const { 'transfer-encoding': _chunked, date: _date, ...others } = answer.headers;
    return { status: answer.statusCode, headers: others, body: await buffer(answer) };
  }
}
