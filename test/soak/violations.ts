import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type RoomEvent } from '../../src/client/index.ts';
import type { SoakClient } from './soak-client.ts';

/** The event log of each room: events by seq. */
type RoomLogs = ReadonlyMap<string, ReadonlyMap<number, object>>;

/** Milliseconds that the clients may take to receive all events after the faults end. */
const convergeTimeoutMs = 120_000;

/** Waits until the clients agree with the event logs, and describes all broken guarantees. */
export async function findViolations(
  soakClients: readonly SoakClient[],
  url: string,
): Promise<string[]> {
  const rooms = [...new Set(soakClients.map(({ room }) => room))];
  const logs: RoomLogs = new Map(
    await Promise.all(rooms.map(async (room) => [room, await readLog(url, room)] as const)),
  );
  const end = Date.now() + convergeTimeoutMs;
  const findDivergent = () =>
    soakClients.filter(({ received, room }) => !matchesLog(received, logs.get(room)));
  while (findDivergent().length > 0 && Date.now() < end) await sleep(500);
  return [
    ...findDivergent().map((soakClient) => describeDivergence(soakClient, logs)),
    ...soakClients.flatMap(({ violations }) => violations),
    ...findDuplicateTexts(logs),
    ...findMissingAcks(soakClients, logs),
  ];
}

/** Reads all events of a room. */
async function readLog(url: string, room: string): Promise<Map<number, object>> {
  const client = createClient({ url });
  const events = new Map<number, object>();
  for (let after = 0, more = true; more; ) {
    const page = await client.request('joinroom', { room, after });
    for (const event of page.events) events.set(event.seq, event);
    after = page.events.at(-1)?.seq ?? after;
    more = page.more;
  }
  await client.close();
  return events;
}

function describeDivergence({ room, received, state }: SoakClient, logs: RoomLogs): string {
  const log = logs.get(room) ?? new Map();
  const missing = [...log.keys()].filter((seq) => !received.has(seq));
  return `a client in ${room} (${state}) has ${received.size} of ${log.size} events; missing ${missing.slice(0, 5)}`;
}

function matchesLog(
  received: ReadonlyMap<number, RoomEvent>,
  log: ReadonlyMap<number, object> = new Map(),
): boolean {
  if (received.size !== log.size) return false;
  return [...received].every(([seq, event]) => {
    const { own: _own, late: _late, ...fields } = { own: false, late: false, ...event };
    return toSortedJson(fields) === toSortedJson(log.get(seq) ?? {});
  });
}

const toSortedJson = (event: object) =>
  JSON.stringify(Object.entries(event).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Finds messages that the logs contain twice. Each client gives each message a text of its own. */
function findDuplicateTexts(logs: RoomLogs): string[] {
  const counts = new Map<string, number>();
  for (const log of logs.values()) {
    for (const event of log.values()) {
      if (!('message' in event)) continue;
      const text = String(event.message);
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([text]) => `the log contains "${text}" twice`);
}

/** Finds acked requests whose event the log lacks. */
function findMissingAcks(soakClients: readonly SoakClient[], logs: RoomLogs): string[] {
  const missing = soakClients
    .flatMap(({ acks }) => acks)
    .filter(({ room, seq, text }) => {
      const event = logs.get(room)?.get(seq);
      return !event || (text !== undefined && !('message' in event && event.message === text));
    });
  return missing.map(({ room, seq }) => `the log of ${room} lacks the acked seq ${seq}`);
}
