import type { ServerResponse } from 'node:http';
import type { Chunk } from '../../../src/server/delivery/chunk.ts';
import type { Frame } from '../test-server.ts';
import { Gateway, status } from './fake-gateway.ts';

/** A gateway and a Lambda that work: who is posted to is written down, what is handed over is run. */
export class Switchboard {
  /** What each connection got. */
  readonly #got = new Map<string, Frame[]>();
  /** Connections that have ended: 410. */
  readonly ended = new Set<string>();
  /** Runs what was handed over. */
  run: (chunk: Chunk) => Promise<void> = async () => {};
  readonly #running: Promise<void>[] = [];
  readonly #gateway: Gateway;

  private constructor(gateway: Gateway) {
    this.#gateway = gateway;
    gateway.answers = [(response) => this.#answer(response)];
  }

  static async start(): Promise<Switchboard> {
    return new Switchboard(await Gateway.start());
  }

  get url(): string {
    return this.#gateway.url;
  }

  /** What a connection got, oldest first. */
  got(connectionId: string): Frame[] {
    const frames = this.#got.get(connectionId) ?? [];
    this.#got.set(connectionId, frames);
    return frames;
  }

  /** Waits until all that was handed over has been run. */
  async settled(): Promise<void> {
    while (this.#running.length > 0) await this.#running.shift();
  }

  close(): Promise<void> {
    return this.#gateway.close();
  }

  #answer(response: ServerResponse): void {
    const { method, path = '', body = '' } = this.#gateway.arrived.pop() ?? {};
    const connectionId = decodeURIComponent(/^\/@connections\/(.*)$/.exec(path)?.[1] ?? '');
    if (connectionId === '') this.#running.push(this.run(JSON.parse(body)));
    else if (method === 'DELETE') this.ended.add(connectionId);
    else if (!this.ended.has(connectionId)) this.got(connectionId).push(JSON.parse(body));
    const code = this.ended.has(connectionId) ? 410 : 200;
    status(connectionId === '' ? 202 : code)(response);
  }
}

/** What a client makes of what it got of a room: each number once. */
export const viewOf = (frames: readonly Frame[]): Frame[] => [
  ...new Map(frames.map((frame) => [frame['seq'], frame])).values(),
];
