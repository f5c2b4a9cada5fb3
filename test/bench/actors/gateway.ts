import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from '../harness/certificate.ts';

/** How the gateway's side behaves. */
export interface GatewayOptions {
  /** How long it takes over each post; default no time. */
  readonly latencyMs?: number;
  /** What to speak TLS with; default plain HTTP. */
  readonly certificate?: Certificate;
}

/** API Gateway as a Lambda meets it: takes posts to `@connections`, answers 200, and counts them. */
export default async function gateway({ latencyMs = 0, certificate }: GatewayOptions) {
  const listener: RequestListener = (request, response) => {
    request.resume();
    request.on('end', () => {
      const answer = () => {
        response.end();
        count += 1;
        lastAt = performance.timeOrigin + performance.now();
        if (count >= awaited) arrived();
      };
      if (latency > 0) setTimeout(answer, latency);
      else answer();
    });
  };
  let latency = latencyMs;
  let count = 0;
  let lastAt = 0;
  let awaited = Number.POSITIVE_INFINITY;
  let arrived = () => {};

  const server = certificate ? createHttps(certificate, listener) : createHttp(listener);
  // A Lambda keeps its sockets for as long as it lives.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    endpoint: () => `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    latency: (ms: number) => {
      latency = ms;
    },
    /** Counts anew from here. */
    reset: () => {
      count = 0;
      awaited = Number.POSITIVE_INFINITY;
    },
    /** How many posts have come. */
    count: () => count,
    /** Waits for so many since the count began, and tells when the last one came: milliseconds since 1970. */
    arrival: async (posts: number) => {
      await new Promise<void>((resolve) => {
        awaited = posts;
        arrived = resolve;
        if (count >= posts) resolve();
      });
      return lastAt;
    },
  };
}
