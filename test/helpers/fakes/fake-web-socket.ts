import type { WebSocketConstructor, WebSocketLike } from '../../../src/client/index.ts';
import { FakePeer } from './fake-peer.ts';
import type { FakeServer, Handshake } from './fake-server.ts';

/** How long a frame travels, in milliseconds of the test's clock. */
const latencyMs = 1;

/** A WebSocket without a network. Each step takes a millisecond of the test's clock. */
export class FakeWebSocket implements WebSocketLike {
  readyState = 0;
  onopen: unknown = null;
  onmessage: unknown = null;
  onerror: unknown = null;
  onclose: unknown = null;
  /** Whether the server never answers a close. */
  isStuck = false;
  readonly url: string;
  readonly #server: FakeServer;
  readonly #peer: FakePeer;

  constructor(server: FakeServer, url: string, protocols: readonly string[]) {
    this.url = url;
    this.#server = server;
    this.#peer = new FakePeer(protocols, {
      deliver: (data) =>
        this.#schedule(() => this.readyState < 3 && this.#emit(this.onmessage, { data })),
      close: (code) => this.#schedule(() => this.finish(code)),
    });
    const handshake = server.handshakes.shift() ?? 'open';
    if (handshake !== 'hang') this.#schedule(() => this.#handshake(handshake));
  }

  send(data: string): void {
    if (this.readyState === 0) throw new Error('The socket is still connecting.');
    if (this.readyState === 1) this.#schedule(() => this.#server.receive(data, this.#peer));
  }

  close(): void {
    if (this.readyState >= 2) return;
    this.readyState = 2;
    this.#peer.isOpen = false;
    if (!this.isStuck) this.#schedule(() => this.finish(1005));
  }

  terminate(): void {
    this.finish(1006);
  }

  /** Runs each task in its own turn, as a real socket does. Fake timers of one moment share a turn. */
  #schedule(task: () => unknown): void {
    setTimeout(() => setImmediate(task), latencyMs);
  }

  #handshake(handshake: Handshake): void {
    if (this.readyState !== 0) return;
    if (handshake === 'open') {
      this.readyState = 1;
      this.#server.accept(this.#peer);
      this.#emit(this.onopen, {});
    } else {
      const isCut = handshake === 'cut';
      const message = isCut ? 'socket hang up' : `Unexpected server response: ${handshake}`;
      this.fail(message);
    }
  }

  /** Reports an error, and ends the connection. */
  fail(message: string): void {
    this.#emit(this.onerror, { message });
    this.finish(1006);
  }

  /** Ends the connection with a close code. */
  finish(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#emit(this.onclose, { code });
  }

  #emit(listener: unknown, event: object): void {
    if (typeof listener === 'function') listener(event);
  }
}

/** Creates a class of fake sockets to one server, and lists its instances. */
export function createFakeWebSockets(server: FakeServer) {
  const sockets: FakeWebSocket[] = [];
  const WebSocket: WebSocketConstructor = class extends FakeWebSocket {
    constructor(url: string, protocols: string[]) {
      super(server, url, protocols);
      sockets.push(this);
    }
  };
  return { WebSocket, sockets };
}
