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
  let latencyMs = 0;
  let count = 0;
  let lastAt = 0;
  let awaitedCount = Number.POSITIVE_INFINITY;
  let onArrival = () => {};

  const listener: RequestListener = (request, response) => {
    const respond = () => {
      response.end();
      count += 1;
      lastAt = performance.timeOrigin + performance.now();
      if (count >= awaitedCount) onArrival();
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
    /** Resets the count of deliveries to 0. */
    reset: () => {
      count = 0;
      awaitedCount = Number.POSITIVE_INFINITY;
    },
    /** Returns the number of deliveries. */
    count: () => count,
    /** Waits for `deliveries` deliveries. Returns the time of the last one, in ms since 1970. */
    waitForDeliveries: async (deliveries: number) => {
      await new Promise<void>((resolve) => {
        awaitedCount = deliveries;
        onArrival = resolve;
        if (count >= deliveries) resolve();
      });
      return lastAt;
    },
  };
}
