import type { ServerResponse } from 'node:http';
import type { Chunk } from '../../../src/server/delivery/chunk.ts';
import type { Frame } from '../test-server.ts';
import { FakeGateway, respondWith } from './fake-gateway.ts';

/** A gateway and a Lambda that work: who is posted to is written down, what is handed over is run. */
export class FakeConnectionsApi {
  /** What each connection got. */
  readonly #frames = new Map<string, Frame[]>();
  /** Connections that have ended: 410. */
  readonly goneConnections = new Set<string>();
  /** Runs what was handed over. */
  runChunk: (chunk: Chunk) => Promise<void> = async () => {};
  readonly #running: Promise<void>[] = [];
  readonly #gateway: FakeGateway;

  private constructor(gateway: FakeGateway) {
    this.#gateway = gateway;
    gateway.responders = [(response) => this.#answer(response)];
  }

  static async start(): Promise<FakeConnectionsApi> {
    return new FakeConnectionsApi(await FakeGateway.start());
  }

  get url(): string {
    return this.#gateway.url;
  }

  /** What a connection got, oldest first. */
  framesFor(connectionId: string): Frame[] {
    const frames = this.#frames.get(connectionId) ?? [];
    this.#frames.set(connectionId, frames);
    return frames;
  }

  /** Waits until all that was handed over has been run. */
  async waitForChunks(): Promise<void> {
    while (this.#running.length > 0) await this.#running.shift();
  }

  close(): Promise<void> {
    return this.#gateway.close();
  }

  #answer(response: ServerResponse): void {
    const { method, path = '', body = '' } = this.#gateway.requests.pop() ?? {};
    const connectionId = decodeURIComponent(/^\/@connections\/(.*)$/.exec(path)?.[1] ?? '');
    if (connectionId === '') this.#running.push(this.runChunk(JSON.parse(body)));
    else if (method === 'DELETE') this.goneConnections.add(connectionId);
    else if (!this.goneConnections.has(connectionId))
      this.framesFor(connectionId).push(JSON.parse(body));
    const code = this.goneConnections.has(connectionId) ? 410 : 200;
    respondWith(connectionId === '' ? 202 : code)(response);
  }
}

/** What a client makes of what it got of a room: each number once. */
export const deduplicateBySeq = (frames: readonly Frame[]): Frame[] => [
  ...new Map(frames.map((frame) => [frame['seq'], frame])).values(),
];
