import type { Chunk } from '../../../src/server/delivery/chunk.ts';
import type { Frame } from '../frame.ts';
import { FaultProxy, type ProxyRequest, respondWith } from './fault-proxy.ts';

/** API Gateway's @connections and Lambda's Invoke over HTTP. It records the frames and runs the chunks. */
export class FakeConnectionsApi {
  readonly #frames = new Map<string, Frame[]>();
  /** Connections that have ended. Posts to them get 410. */
  readonly goneConnections = new Set<string>();
  /** Runs a chunk that was enqueued. */
  runChunk: (chunk: Chunk) => Promise<void> = async () => {};
  readonly #running: Promise<void>[] = [];
  readonly #server: FaultProxy;

  private constructor(server: FaultProxy) {
    this.#server = server;
    server.fault = (request) => respondWith(this.#handle(request));
  }

  static async start(): Promise<FakeConnectionsApi> {
    return new FakeConnectionsApi(await FaultProxy.start());
  }

  get url(): string {
    return this.#server.url;
  }

  /** Returns the frames that a connection received, oldest first. */
  framesFor(connectionId: string): Frame[] {
    const frames = this.#frames.get(connectionId) ?? [];
    this.#frames.set(connectionId, frames);
    return frames;
  }

  /** Waits until all enqueued chunks have run. */
  async waitForChunks(): Promise<void> {
    while (this.#running.length > 0) await this.#running.shift();
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  /** Applies a request and returns its status. */
  #handle({ method, path, body }: ProxyRequest): number {
    const connectionId = decodeURIComponent(/^\/@connections\/(.*)$/.exec(path)?.[1] ?? '');
    if (connectionId === '') {
      this.#running.push(this.runChunk(JSON.parse(body)));
      return 202;
    }
    if (method === 'DELETE') this.goneConnections.add(connectionId);
    if (this.goneConnections.has(connectionId)) return 410;
    this.framesFor(connectionId).push(JSON.parse(body));
    return 200;
  }
}

/** Keeps one frame per seq, as a client does with the frames of a room. */
export const deduplicateBySeq = (frames: readonly Frame[]): Frame[] => [
  ...new Map(frames.map((frame) => [frame['seq'], frame])).values(),
];
