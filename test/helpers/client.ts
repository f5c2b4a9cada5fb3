import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Frame } from './test-server.ts';

/** A plain WebSocket client that keeps every frame until it is asked for. */
export class WebSocketClient {
  readonly socket: WebSocket;
  readonly #frames: Frame[] = [];
  readonly #waiters: ((frame: Frame) => void)[] = [];

  constructor(url: string, protocols: string[] = []) {
    this.socket = new WebSocket(url, protocols);
    this.socket.on('message', (data) => {
      const frame: Frame = JSON.parse(String(data));
      const waiter = this.#waiters.shift();
      if (waiter) waiter(frame);
      else this.#frames.push(frame);
    });
  }

  /** Connects; throws where the handshake is refused. */
  static async open(url: string, protocols?: string[]): Promise<WebSocketClient> {
    const client = new WebSocketClient(url, protocols);
    await once(client.socket, 'open');
    return client;
  }

  /** Sends a frame: text and bytes as they are, anything else as JSON. */
  send(frame: unknown): void {
    this.socket.send(
      typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame),
    );
  }

  /** The next frame, whenever it comes. */
  next(): Promise<Frame> {
    const frame = this.#frames.shift();
    if (frame) return Promise.resolve(frame);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Sends a request and returns the next frame, which is its reply where nobody else speaks. */
  request(frame: unknown): Promise<Frame> {
    this.send(frame);
    return this.next();
  }

  /** Frames that have come and were not asked for. */
  get bufferedFrames(): readonly Frame[] {
    return this.#frames;
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.close();
    await once(this.socket, 'close');
  }
}
