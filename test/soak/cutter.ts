import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between clients and a server, and cuts them off. */
export class Cutter {
  /** How many were cut. */
  cuts = 0;
  readonly #open = new Set<Socket>();
  readonly #server;

  private constructor(port: number) {
    this.#server = createServer((near) => {
      const far = connect(port, 'localhost');
      const end = () => {
        near.destroy();
        far.destroy();
        this.#open.delete(near);
      };
      for (const socket of [near, far]) socket.on('error', end).on('close', end);
      near.pipe(far).pipe(near);
      this.#open.add(near);
    });
  }

  /** Starts one on a free port, in front of a port of this machine. */
  static async start(port: number): Promise<Cutter> {
    const cutter = new Cutter(port);
    await once(cutter.#server.listen(0, 'localhost'), 'listening');
    return cutter;
  }

  get url(): string {
    return `ws://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts so many, any. */
  cut(count: number): void {
    const all = [...this.#open];
    for (let left = Math.min(count, all.length); left > 0; left -= 1) {
      all[Math.floor(Math.random() * all.length)]?.resetAndDestroy();
      this.cuts += 1;
    }
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }
}
