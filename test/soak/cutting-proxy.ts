import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy between clients and a server, which can cut connections. */
export class CuttingProxy {
  /** Number of connections that were cut. */
  cuts = 0;
  readonly #openSockets = new Set<Socket>();
  readonly #server;

  private constructor(port: number) {
    this.#server = createServer((clientSocket) => {
      const serverSocket = connect(port, 'localhost');
      const end = () => {
        clientSocket.destroy();
        serverSocket.destroy();
        this.#openSockets.delete(clientSocket);
      };
      for (const socket of [clientSocket, serverSocket]) socket.on('error', end).on('close', end);
      clientSocket.pipe(serverSocket).pipe(clientSocket);
      this.#openSockets.add(clientSocket);
    });
  }

  /** Starts a proxy on a free port, in front of a local port. */
  static async start(port: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(port);
    await once(proxy.#server.listen(0, 'localhost'), 'listening');
    return proxy;
  }

  get url(): string {
    return `ws://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts `count` random connections. */
  cut(count: number): void {
    const sockets = [...this.#openSockets];
    for (let remaining = Math.min(count, sockets.length); remaining > 0; remaining -= 1) {
      sockets[Math.floor(Math.random() * sockets.length)]?.resetAndDestroy();
      this.cuts += 1;
    }
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#openSockets) socket.destroy();
  }
}
