import { setTimeout as sleep } from 'node:timers/promises';
import { CuttingProxy } from './cutting-proxy.ts';
import { FailingStack } from './failing-stack.ts';
import { SoakClient } from './soak-client.ts';
import { findViolations } from './violations.ts';

/**
 * `npm run test:soak -- [SECONDS] [CLIENTS]` runs clients against the local stack.
 * Meanwhile connections are cut, the stack restarts, and calls to the table fail.
 * Afterwards it checks all guarantees. The defaults are 300 seconds and 200 clients.
 */
const [seconds = 300, clientCount = 200] = process.argv.slice(2).map(Number);

const roomCount = Math.max(1, Math.round(clientCount / 25));
/** Average milliseconds between two requests of a client. */
const sendIntervalMs = 25_000;
/** Average number of calls to the table per fault. */
const callsPerFault = 60;
const restartIntervalMs = 60_000;
/** Largest resident memory, in MB. */
const memoryLimitMb = { stack: 1_280, clients: 768 };

const stack = await FailingStack.create();
const proxy = await CuttingProxy.start(stack.port);
const soakClients = Array.from(
  { length: clientCount },
  (_, index) => new SoakClient(proxy.url, `room-${index % roomCount}`, `p${index}`),
);
let clientsPeakMb = 0;
const memoryTimer = setInterval(() => {
  stack.sampleMemory();
  clientsPeakMb = Math.max(clientsPeakMb, process.memoryUsage.rss() / 2 ** 20);
}, 1_000);
// An interrupted run must not leave a stack behind.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void stack.stop('SIGKILL').finally(() => process.exit(1)));
}
try {
  const restarts = await runWithFaults();
  const violations = await findViolations(soakClients, `ws://localhost:${stack.port}`);
  printActivity(restarts);
  printVerdict([...violations, ...findMemoryViolations()]);
} finally {
  clearInterval(memoryTimer);
  await Promise.all(soakClients.map((soakClient) => soakClient.close()));
  proxy.close();
  await stack.stop('SIGINT');
  stack.remove();
}

/** Runs the clients with faults, then a last message without faults. Returns the number of restarts. */
async function runWithFaults(): Promise<number> {
  await stack.start(callsPerFault);
  const controller = new AbortController();
  const runs = soakClients.map((soakClient) => soakClient.run(sendIntervalMs, controller.signal));
  const cutTimer = setInterval(() => proxy.cut(Math.ceil(clientCount / 100)), 2_000);
  const restarts = await restartRepeatedly();
  clearInterval(cutTimer);
  controller.abort();
  await stack.stop('SIGINT');
  await stack.start(0);
  await Promise.all(runs);
  await Promise.all(soakClients.slice(0, roomCount).map((soakClient) => soakClient.sendLast()));
  return restarts + 1;
}

/** Restarts the stack at intervals. Every other time it is killed. Returns the number of restarts. */
async function restartRepeatedly(): Promise<number> {
  const end = Date.now() + seconds * 1_000;
  for (let count = 0; ; count += 1) {
    await sleep(Math.min(restartIntervalMs, Math.max(0, end - Date.now())));
    if (Date.now() >= end) return count;
    await stack.stop(count % 2 === 0 ? 'SIGKILL' : 'SIGINT');
    await stack.start(callsPerFault);
  }
}

function findMemoryViolations(): string[] {
  const violations: string[] = [];
  if (stack.peakMb > memoryLimitMb.stack)
    violations.push(`the stack used ${stack.peakMb.toFixed()} MB of ${memoryLimitMb.stack} MB`);
  if (clientsPeakMb > memoryLimitMb.clients)
    violations.push(
      `the clients used ${clientsPeakMb.toFixed()} MB of ${memoryLimitMb.clients} MB`,
    );
  return violations;
}

/** Prints what the clients and the faults did. */
function printActivity(restarts: number): void {
  const sum = (count: (soakClient: SoakClient) => number) =>
    soakClients.reduce((total, soakClient) => total + count(soakClient), 0);
  const failures = new Map<string, number>();
  for (const soakClient of soakClients) {
    for (const [code, count] of soakClient.failures)
      failures.set(code, (failures.get(code) ?? 0) + count);
  }
  console.log(
    [
      `${clientCount} clients in ${roomCount} rooms for ${seconds} s`,
      `${sum(({ acks }) => acks.length)} requests acked, ${sum(({ received }) => received.size)} events received`,
      `${proxy.cuts} connections cut, ${restarts} restarts, 1 of ${callsPerFault} calls to the table failed`,
      `peak memory: stack ${stack.peakMb.toFixed()} MB, all clients ${clientsPeakMb.toFixed()} MB`,
      `failed requests: ${JSON.stringify(Object.fromEntries(failures))}`,
    ].join('\n'),
  );
}

/** Prints the broken guarantees, and sets the exit code. */
function printVerdict(violations: readonly string[]): void {
  for (const violation of violations.slice(0, 50)) console.error(`broken: ${violation}`);
  console.log(`${violations.length === 0 ? 1 : 0} passed, ${violations.length} failed`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
