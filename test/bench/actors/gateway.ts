import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from '../harness/certificate.ts';

/** Settings of the fake `@connections` API. */
export interface GatewayOptions {
  /** Certificate for TLS. @default none: plain HTTP */
  readonly certificate?: Certificate;
}

/** A fake of the `@connections` API. It answers 200 to each delivery, and counts them. */
export default async function gateway({ certificate }: GatewayOptions) {
  const counter = new DeliveryCounter();
  let latencyMs = 0;

  const listener: RequestListener = (request, response) => {
    const respond = () => {
      response.end();
      counter.add();
    };
    request.resume();
    request.on('end', () => {
      if (latencyMs > 0) setTimeout(respond, latencyMs);
      else respond();
    });
  };
  const server = certificate
    ? createHttpsServer(certificate, listener)
    : createHttpServer(listener);
  // A function keeps its sockets as long as it lives.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    endpoint: () => `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    /** Sets the milliseconds until each response. @default 0 */
    setLatency: (ms: number) => {
      latencyMs = ms;
    },
    reset: () => counter.reset(),
    count: () => counter.count,
    waitForDeliveries: (deliveries: number) => counter.waitFor(deliveries),
  };
}

/** Counts deliveries, and remembers the time of the last one. */
class DeliveryCounter {
  count = 0;
  #lastAt = 0;
  #awaitedCount = Number.POSITIVE_INFINITY;
  #onArrival = () => {};

  add(): void {
    this.count += 1;
    this.#lastAt = performance.timeOrigin + performance.now();
    if (this.count >= this.#awaitedCount) this.#onArrival();
  }

  reset(): void {
    this.count = 0;
    this.#awaitedCount = Number.POSITIVE_INFINITY;
  }

  /** Waits for `deliveries` deliveries. Returns the time of the last one, in ms since 1970. */
  async waitFor(deliveries: number): Promise<number> {
    await new Promise<void>((resolve) => {
      this.#awaitedCount = deliveries;
      this.#onArrival = resolve;
      if (this.count >= deliveries) resolve();
    });
    return this.#lastAt;
  }
}
