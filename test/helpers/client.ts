import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Frame } from './test-server.ts';

/** A plain WebSocket client that keeps every frame until it is asked for. */
export class Client {
  readonly socket: WebSocket;
  readonly #frames: Frame[] = [];
  readonly #waiting: ((frame: Frame) => void)[] = [];

  constructor(url: string, protocols: string[] = []) {
    this.socket = new WebSocket(url, protocols);
    this.socket.on('message', (data) => {
      const frame: Frame = JSON.parse(String(data));
      const waiting = this.#waiting.shift();
      if (waiting) waiting(frame);
      else this.#frames.push(frame);
    });
  }

  /** Connects; throws where the handshake is refused. */
  static async open(url: string, protocols?: string[]): Promise<Client> {
    const client = new Client(url, protocols);
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
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Sends a request and returns the next frame, which is its reply where nobody else speaks. */
  request(frame: unknown): Promise<Frame> {
    this.send(frame);
    return this.next();
  }

  /** Frames that have come and were not asked for. */
  get unread(): readonly Frame[] {
    return this.#frames;
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.close();
    await once(this.socket, 'close');
  }
}
