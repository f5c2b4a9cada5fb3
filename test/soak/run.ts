import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type RoomEvent } from '../../src/client/index.ts';
import { Cutter } from './cutter.ts';
import { Talker } from './people.ts';
import { FailingStack } from './stack.ts';

/**
 * `npm run soak -- [SECONDS] [CLIENTS]`: the real local stack for 300 seconds, with 200 clients, connections
 * that are cut, restarts and an engine that fails; and then looks whether all that was promised is so.
 */
const [seconds = 300, people = 200] = process.argv.slice(2).map(Number);

const roomCount = Math.max(1, Math.round(people / 25));
/** Everybody speaks about so often, in milliseconds. */
const everyMs = 25_000;
/** One of so many calls of the engine fails. */
const oneIn = 60;
const restartEveryMs = 60_000;
/** How long the clients may take to agree, once all is calm. */
const patienceMs = 120_000;
/** What a process may have resident, in MB. */
const bound = { stack: 1_280, clients: 768 };

const stack = await FailingStack.create();
const cutter = await Cutter.start(stack.port);
const talkers = Array.from(
  { length: people },
  (_, index) => new Talker(cutter.url, `room-${index % roomCount}`, `p${index}`),
);
let clientsMb = 0;
const looking = setInterval(() => {
  stack.measure();
  clientsMb = Math.max(clientsMb, process.memoryUsage.rss() / 2 ** 20);
}, 1_000);
// Whoever ends this in the middle leaves no stack behind.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void stack.stop('SIGKILL').finally(() => process.exit(1)));
}
try {
  const restarts = await storm();
  const broken = await judge();
  report(restarts, broken);
} finally {
  clearInterval(looking);
  await Promise.all(talkers.map((talker) => talker.close()));
  cutter.close();
  await stack.stop('SIGINT');
  stack.remove();
}

/** Lets everybody live while all goes wrong, and ends in a calm; tells how often it was restarted. */
async function storm(): Promise<number> {
  await stack.start(oneIn);
  const over = new AbortController();
  const lives = talkers.map((talker) => talker.live(everyMs, over.signal));
  const cutting = setInterval(() => cutter.cut(Math.ceil(people / 100)), 2_000);
  const restarts = await restarting();
  clearInterval(cutting);
  over.abort();
  await stack.stop('SIGINT');
  await stack.start(0);
  await Promise.all(lives);
  await Promise.all(talkers.slice(0, roomCount).map((talker) => talker.end()));
  return restarts + 1;
}

/** Restarts the stack now and then, every other time without a word; tells how often. */
async function restarting(): Promise<number> {
  const end = Date.now() + seconds * 1_000;
  for (let count = 0; ; count += 1) {
    await sleep(Math.min(restartEveryMs, Math.max(0, end - Date.now())));
    if (Date.now() >= end) return count;
    await stack.stop(count % 2 === 0 ? 'SIGKILL' : 'SIGINT');
    await stack.start(oneIn);
  }
}

/** Every event of a room's log, by number. */
async function logOf(name: string): Promise<Map<number, object>> {
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
async function judge(): Promise<string[]> {
  const names = [...new Set(talkers.map(({ room }) => room))];
  const logs = new Map(
    await Promise.all(names.map(async (name) => [name, await logOf(name)] as const)),
  );
  const end = Date.now() + patienceMs;
  const differing = () => talkers.filter(({ view, room }) => !agrees(view, logs.get(room)));
  while (differing().length > 0 && Date.now() < end) await sleep(500);
  const views = differing().map(({ room, view, state }) => {
    const log = logs.get(room) ?? new Map();
    const missing = [...log.keys()].filter((seq) => !view.has(seq));
    return `a view of ${room} (${state}) has ${view.size} of ${log.size} events; missing ${missing.slice(0, 5)}`;
  });
  return [...views, ...talkers.flatMap(({ wrong }) => wrong), ...lost(logs)];
}

function agrees(
  view: ReadonlyMap<number, RoomEvent>,
  log: ReadonlyMap<number, object> = new Map(),
) {
  if (view.size !== log.size) return false;
  return [...view].every(([seq, { ...event }]) => {
    for (const ours of ['own', 'late']) Reflect.deleteProperty(event, ours);
    return JSON.stringify(sorted(event)) === JSON.stringify(sorted(log.get(seq) ?? {}));
  });
}

function sorted(event: object) {
  return Object.entries(event).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** What was acked and is not in the log, or in it more than once. */
function lost(logs: ReadonlyMap<string, ReadonlyMap<number, object>>): string[] {
  const texts = new Map<string, number>();
  for (const log of logs.values()) {
    for (const event of log.values()) {
      if ('message' in event)
        texts.set(String(event.message), (texts.get(String(event.message)) ?? 0) + 1);
    }
  }
  const twice = [...texts]
    .filter(([, count]) => count > 1)
    .map(([text]) => `in the log twice: ${text}`);
  const acked = talkers.flatMap((talker) => talker.acked);
  const missing = acked.filter(({ room, seq, text }) => {
    const event = logs.get(room)?.get(seq);
    return !event || (text !== undefined && !('message' in event && event.message === text));
  });
  return [...twice, ...missing.map(({ room, seq }) => `acked and not in the log: ${room} ${seq}`)];
}

function report(restarts: number, broken: string[]): void {
  const failed = new Map<string, number>();
  for (const talker of talkers) {
    for (const [code, count] of talker.failed) failed.set(code, (failed.get(code) ?? 0) + count);
  }
  const acked = talkers.reduce((sum, talker) => sum + talker.acked.length, 0);
  const given = talkers.reduce((sum, talker) => sum + talker.view.size, 0);
  console.log(
    `${people} clients in ${roomCount} rooms for ${seconds} s: ${acked} acked, ${given} events given out, ` +
      `${cutter.cuts} connections cut, ${restarts} restarts, one of ${oneIn} calls of the engine failed; ` +
      `the stack had up to ${stack.mostMb.toFixed()} MB, all clients ${clientsMb.toFixed()} MB`,
  );
  console.log(`sends that failed: ${JSON.stringify(Object.fromEntries(failed))}`);
  if (stack.mostMb > bound.stack) broken.push(`the stack had ${stack.mostMb} MB`);
  if (clientsMb > bound.clients) broken.push(`the clients had ${clientsMb} MB`);
  for (const promise of broken.slice(0, 50)) console.error(`broken: ${promise}`);
  console.log(`${broken.length === 0 ? 1 : 0} passed, ${broken.length} failed`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}
