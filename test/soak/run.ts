import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type RoomEvent } from '../../src/client/index.ts';
import { CuttingProxy } from './cutter.ts';
import { SoakClient } from './people.ts';
import { FailingStack } from './stack.ts';

/**
 * `npm run test:soak -- [SECONDS] [CLIENTS]`: the real local stack for 300 seconds, with 200 clients, connections
 * that are cut, restarts and an engine that fails; and then looks whether all that was promised is so.
 */
const [seconds = 300, clientCount = 200] = process.argv.slice(2).map(Number);

const roomCount = Math.max(1, Math.round(clientCount / 25));
/** Everybody speaks about so often, in milliseconds. */
const sendIntervalMs = 25_000;
/** One of so many calls of the engine fails. */
const oneIn = 60;
const restartEveryMs = 60_000;
/** How long the clients may take to agree, once all is calm. */
const convergeTimeoutMs = 120_000;
/** What a process may have resident, in MB. */
const memoryLimitMb = { stack: 1_280, clients: 768 };

const stack = await FailingStack.create();
const proxy = await CuttingProxy.start(stack.port);
const soakClients = Array.from(
  { length: clientCount },
  (_, index) => new SoakClient(proxy.url, `room-${index % roomCount}`, `p${index}`),
);
let clientsMb = 0;
const memoryTimer = setInterval(() => {
  stack.sampleMemory();
  clientsMb = Math.max(clientsMb, process.memoryUsage.rss() / 2 ** 20);
}, 1_000);
// Whoever ends this in the middle leaves no stack behind.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void stack.stop('SIGKILL').finally(() => process.exit(1)));
}
try {
  const restarts = await runWithFaults();
  const violations = await findViolations();
  printReport(restarts, violations);
} finally {
  clearInterval(memoryTimer);
  await Promise.all(soakClients.map((soakClient) => soakClient.close()));
  proxy.close();
  await stack.stop('SIGINT');
  stack.remove();
}

/** Lets everybody live while all goes wrong, and ends in a calm; tells how often it was restarted. */
async function runWithFaults(): Promise<number> {
  await stack.start(oneIn);
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

/** Restarts the stack now and then, every other time without a word; tells how often. */
async function restartRepeatedly(): Promise<number> {
  const end = Date.now() + seconds * 1_000;
  for (let count = 0; ; count += 1) {
    await sleep(Math.min(restartEveryMs, Math.max(0, end - Date.now())));
    if (Date.now() >= end) return count;
    await stack.stop(count % 2 === 0 ? 'SIGKILL' : 'SIGINT');
    await stack.start(oneIn);
  }
}

/** Every event of a room's log, by number. */
async function readLog(name: string): Promise<Map<number, object>> {
  const client = createClient({ url: `ws://localhost:${stack.port}` });
  const events = new Map<number, object>();
  for (let after = 0, more = true; more; ) {
    const page = await client.request('joinroom', { room: name, after });
    for (const event of page.events) events.set(event.seq, event);
    after = page.events.at(-1)?.seq ?? after;
    more = page.more;
  }
  await client.close();
  return events;
}

/** What promises are broken, once the clients had time to agree. */
async function findViolations(): Promise<string[]> {
  const rooms = [...new Set(soakClients.map(({ room }) => room))];
  const logs = new Map(
    await Promise.all(rooms.map(async (name) => [name, await readLog(name)] as const)),
  );
  const end = Date.now() + convergeTimeoutMs;
  const findDivergent = () =>
    soakClients.filter(({ received, room }) => !matchesLog(received, logs.get(room)));
  while (findDivergent().length > 0 && Date.now() < end) await sleep(500);
  const views = findDivergent().map(({ room, received, state }) => {
    const log = logs.get(room) ?? new Map();
    const missing = [...log.keys()].filter((seq) => !received.has(seq));
    return `a view of ${room} (${state}) has ${received.size} of ${log.size} events; missing ${missing.slice(0, 5)}`;
  });
  return [
    ...views,
    ...soakClients.flatMap(({ violations }) => violations),
    ...findAckViolations(logs),
  ];
}

function matchesLog(
  view: ReadonlyMap<number, RoomEvent>,
  log: ReadonlyMap<number, object> = new Map(),
) {
  if (view.size !== log.size) return false;
  return [...view].every(([seq, { ...event }]) => {
    for (const field of ['own', 'late']) Reflect.deleteProperty(event, field);
    return (
      JSON.stringify(toSortedEntries(event)) === JSON.stringify(toSortedEntries(log.get(seq) ?? {}))
    );
  });
}

function toSortedEntries(event: object) {
  return Object.entries(event).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** What was acked and is not in the log, or in it more than once. */
function findAckViolations(logs: ReadonlyMap<string, ReadonlyMap<number, object>>): string[] {
  const texts = new Map<string, number>();
  for (const log of logs.values()) {
    for (const event of log.values()) {
      if ('message' in event)
        texts.set(String(event.message), (texts.get(String(event.message)) ?? 0) + 1);
    }
  }
  const duplicates = [...texts]
    .filter(([, count]) => count > 1)
    .map(([text]) => `in the log twice: ${text}`);
  const acks = soakClients.flatMap((soakClient) => soakClient.acks);
  const missing = acks.filter(({ room, seq, text }) => {
    const event = logs.get(room)?.get(seq);
    return !event || (text !== undefined && !('message' in event && event.message === text));
  });
  return [
    ...duplicates,
    ...missing.map(({ room, seq }) => `acked and not in the log: ${room} ${seq}`),
  ];
}

function printReport(restarts: number, violations: string[]): void {
  const failures = new Map<string, number>();
  for (const soakClient of soakClients) {
    for (const [code, count] of soakClient.failures)
      failures.set(code, (failures.get(code) ?? 0) + count);
  }
  const ackCount = soakClients.reduce((sum, soakClient) => sum + soakClient.acks.length, 0);
  const deliveredCount = soakClients.reduce((sum, soakClient) => sum + soakClient.received.size, 0);
  console.log(
    `${clientCount} clients in ${roomCount} rooms for ${seconds} s: ${ackCount} acked, ${deliveredCount} events given out, ` +
      `${proxy.cuts} connections cut, ${restarts} restarts, one of ${oneIn} calls of the engine failed; ` +
      `the stack had up to ${stack.peakMb.toFixed()} MB, all clients ${clientsMb.toFixed()} MB`,
  );
  console.log(`sends that failed: ${JSON.stringify(Object.fromEntries(failures))}`);
  if (stack.peakMb > memoryLimitMb.stack) violations.push(`the stack had ${stack.peakMb} MB`);
  if (clientsMb > memoryLimitMb.clients) violations.push(`the clients had ${clientsMb} MB`);
  for (const violation of violations.slice(0, 50)) console.error(`broken: ${violation}`);
  console.log(`${violations.length === 0 ? 1 : 0} passed, ${violations.length} failed`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
