import type { Frame } from '../test-server.ts';

/** The path from the fake server to one client, over a real or a fake socket. */
export interface Transport {
  deliver(data: string | Buffer): void;
  close(code: number): void;
}

/** A connection, as the fake server sees it. */
export class FakePeer {
  /** The subprotocols that the client offered. */
  readonly protocols: readonly string[];
  /** The rooms that the connection has joined. */
  readonly rooms = new Set<string>();
  /** Every request on the connection, oldest first. */
  readonly frames: Frame[] = [];
  /** False after either side has closed the connection. */
  isOpen = true;
  readonly #transport: Transport;

  constructor(protocols: readonly string[], transport: Transport) {
    this.protocols = protocols;
    this.#transport = transport;
  }

  /** Sends a frame: text and bytes unchanged, any other value as JSON. */
  send(data: unknown): void {
    if (!this.isOpen) return;
    const isRaw = typeof data === 'string' || Buffer.isBuffer(data);
    this.#transport.deliver(isRaw ? data : JSON.stringify(data));
  }

  /** Closes the connection. With 1006 it does so without a closing handshake. */
  close(code = 1006): void {
    this.isOpen = false;
    this.#transport.close(code);
  }
}
