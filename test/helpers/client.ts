import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Frame } from './test-server.ts';

/** A plain WebSocket client that buffers frames until a test reads them. */
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

  /** Connects. Throws if the server rejects the handshake. */
  static async open(url: string, protocols?: string[]): Promise<WebSocketClient> {
    const client = new WebSocketClient(url, protocols);
    await once(client.socket, 'open');
    return client;
  }

  /** Sends text and bytes unchanged, and anything else as JSON. */
  send(frame: unknown): void {
    this.socket.send(
      typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame),
    );
  }

  /** Returns the next frame, as soon as it has arrived. */
  next(): Promise<Frame> {
    const frame = this.#frames.shift();
    if (frame) return Promise.resolve(frame);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Sends a request and returns the next frame. That is its reply if no event arrives first. */
  request(frame: unknown): Promise<Frame> {
    this.send(frame);
    return this.next();
  }

  /** The frames that have arrived and that no test has read. */
  get bufferedFrames(): readonly Frame[] {
    return this.#frames;
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.close();
    await once(this.socket, 'close');
  }
}
