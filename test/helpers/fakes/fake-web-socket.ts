import type { Socket, SocketClass } from '../../../src/client/index.ts';
import { type Handshake, type Hostile, Peer } from './fake-server.ts';

/** How long a frame is under way, in milliseconds of the test's time. */
const latencyMs = 1;

/** A WebSocket without a network: whatever happens takes a millisecond of the test's time. */
export class FakeSocket implements Socket {
  readyState = 0;
  onopen: unknown = null;
  onmessage: unknown = null;
  onerror: unknown = null;
  onclose: unknown = null;
  /** Whether the other side never answers a close. */
  isStuck = false;
  readonly url: string;
  readonly #server: Hostile;
  readonly #peer: Peer;

  constructor(server: Hostile, url: string, protocols: readonly string[]) {
    this.url = url;
    this.#server = server;
    this.#peer = new Peer(protocols, {
      deliver: (data) =>
        this.#later(() => this.readyState < 3 && this.#tell(this.onmessage, { data })),
      close: (code) => this.#later(() => this.finish(code)),
    });
    const handshake = server.handshakes.shift() ?? 'open';
    if (handshake !== 'hang') this.#later(() => this.#shake(handshake));
  }

  send(data: string): void {
    if (this.readyState === 0) throw new Error('it is still connecting');
    if (this.readyState === 1) this.#later(() => this.#server.receive(data, this.#peer));
  }

  close(): void {
    if (this.readyState >= 2) return;
    this.readyState = 2;
    this.#peer.isOpen = false;
    if (!this.isStuck) this.#later(() => this.finish(1005));
  }

  terminate(): void {
    this.finish(1006);
  }

  /** Each in a turn of its own, as from a real one: made timers of the same moment share one. */
  #later(work: () => unknown): void {
    setTimeout(() => setImmediate(work), latencyMs);
  }

  #shake(handshake: Handshake): void {
    if (this.readyState !== 0) return;
    if (handshake === 'open') {
      this.readyState = 1;
      this.#server.accept(this.#peer);
      this.#tell(this.onopen, {});
    } else {
      const isCut = handshake === 'cut';
      const message = isCut ? 'socket hang up' : `Unexpected server response: ${handshake}`;
      this.#tell(this.onerror, { message });
      this.finish(1006);
    }
  }

  /** It is closed. */
  finish(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#tell(this.onclose, { code });
  }

  #tell(listener: unknown, event: object): void {
    if (typeof listener === 'function') listener(event);
  }
}

/** A class of such sockets, all of which go to one server, and those that there are. */
export function fakeSockets(server: Hostile) {
  const sockets: FakeSocket[] = [];
  const WebSocket: SocketClass = class extends FakeSocket {
    constructor(url: string, protocols: string[]) {
      super(server, url, protocols);
      sockets.push(this);
    }
  };
  return { WebSocket, sockets };
}
