import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import lambda from './lambda.ts';

/**
 * Lambda's own API, as far as a function calls itself by it: takes asynchronous invocations, answers
 * 202, and runs them one after another in the one instance that it has.
 */
export default async function functions({ artifact }: { artifact: string }) {
  const instance = await lambda({ artifact });
  let last: Promise<unknown> = Promise.resolve();
  let count = 0;
  let latency = 0;

  const server = createServer(async (request, response) => {
    const event: unknown = JSON.parse(await text(request));
    count += 1;
    if (latency > 0) await pause(latency);
    last = last.then(() => instance.invoke(event));
    response.writeHead(202).end();
  });
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    endpoint: () => `http://127.0.0.1:${port}`,
    /** How long it takes over each invocation until it answers; at first no time. */
    latency: (ms: number) => {
      latency = ms;
    },
    /** Waits until all that was taken is done, and tells how many invocations there were since the last time. */
    settled: async () => {
      await last;
      const before = count;
      count = 0;
      return before;
    },
  };
}
