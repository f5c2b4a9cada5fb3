import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import warmFunction from './function.ts';

/**
 * A fake of the Lambda API for asynchronous invocations, with one instance of the function.
 * It answers 202 and runs the invocations one after another.
 */
export default async function lambdaApi({ artifact }: { artifact: string }) {
  const instance = await warmFunction({ artifact });
  let lastInvocation: Promise<unknown> = Promise.resolve();
  let invocationCount = 0;
  let latencyMs = 0;

  const server = createServer(async (request, response) => {
    const event: unknown = JSON.parse(await text(request));
    invocationCount += 1;
    if (latencyMs > 0) await sleep(latencyMs);
    lastInvocation = lastInvocation.then(() => instance.invoke(event));
    response.writeHead(202).end();
  });
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    endpoint: () => `http://127.0.0.1:${port}`,
    /** Sets the milliseconds until each response. @default 0 */
    setLatency: (ms: number) => {
      latencyMs = ms;
    },
    /** Waits for all invocations. Returns their number since the last call. */
    waitUntilIdle: async () => {
      await lastInvocation;
      const count = invocationCount;
      invocationCount = 0;
      return count;
    },
  };
}
