import type { DurableEvent, DurableType } from '../../../schemas/index.ts';
import { ChatError } from '../errors.ts';
import {
  decodeEvent,
  encodeEvent,
  isTombstone,
  keyPrefixOf,
  type NewEvent,
  type SeqSlot,
  tombstone,
} from './event-rows.ts';
import { claimKey, counterKey, type Key, logKey } from './keys.ts';
import type { User } from './members.ts';
import type { Retention } from './retention.ts';
import { notExists, type Table } from './table.ts';

/**
 * A seq is written within 30 seconds of its allocation, or never: clients rely on this to close a
 * gap. The window ends five seconds earlier, for a write that is in flight then.
 */
const writeWindowMs = 25_000;
const writeTimeoutMs = 3_000;

/** The log remembers a request id for a day. */
const claimSeconds = 24 * 3600;

/** The most rounds of one append. Each round but the last loses to the progress of another attempt. */
const maxRounds = 8;

/** The one ordered log of each room. */
export interface EventLog {
  /**
   * Stores an event under the room's next seq and returns it as it is delivered. A retry has the same
   * user, room, event type and `id`, and returns the stored event. Throws `unavailable` if it is not
   * known whether the event is stored: retry with the same id.
   */
  append(room: string, author: User, newEvent: NewEvent, id?: string): Promise<DurableEvent>;
  /**
   * Returns the event that the same user stored with the same `id`, room and event type. Throws
   * `unavailable` while an attempt that has claimed the id may still store it.
   */
  find(
    room: string,
    author: User,
    type: DurableType,
    id: string,
  ): Promise<DurableEvent | undefined>;
}

/** The dependencies of the event log. */
export interface EventLogDeps {
  readonly table: Table;
  readonly retention: Retention;
  /** Returns milliseconds since 1970. */
  readonly now: () => number;
}

/** A request to append an event. */
interface AppendRequest {
  readonly room: string;
  readonly author: User;
  readonly newEvent: NewEvent;
}

/**
 * Creates the log. It stores each event exactly once, by conditional writes of single rows only. Here
 * `n` is the seq of this attempt, and `m` the seq of an earlier one:
 *
 *     allocate n ──► claim id→n, if unclaimed ──► write n, if empty ──► done
 *                        │ claimed: id→m             │ not empty: read n, as m below
 *                        ▼
 *        ┌──► window of m is open ──► write m, if empty ────────────► done as m, skip n
 *        │        │ closed                │ not empty
 *        │        ▼                       ▼
 *        │    tombstone for m, ───────► read m ── an event ─────────► done as m, skip n
 *        │    if empty                    │ a tombstone
 *        │                                ▼
 *        └── another attempt did ◄─── move claim m→n, if still m ──► write n, if empty
 *
 *     0 s                                           25 s                    30 s
 *     ├── write window of n ─────────────────────────┤ writes in flight land ┤ clients close the gap
 *     n is allocated                                 └ a retry may abandon n from here on
 *
 * A tombstone is a row for an abandoned seq. It is not an event, but it takes the place of one. A write that arrives even later, from an invocation slower than any clock, fails on it. So an
 * id never has two events.
 */
export function createEventLog(deps: EventLogDeps): EventLog {
  return {
    append: (room, author, newEvent, id) => {
      const request = { room, author, newEvent };
      return id === undefined ? appendWithoutId(deps, request) : appendWithId(deps, request, id);
    },
    find: (room, author, type, id) => find(deps, room, author, type, id),
  };
}

async function appendWithoutId(deps: EventLogDeps, request: AppendRequest): Promise<DurableEvent> {
  const event = await writeOrReadEvent(deps, request, await allocateSeq(deps, request.room));
  if (!event) throw new ChatError('unavailable');
  return event;
}

async function appendWithId(
  deps: EventLogDeps,
  request: AppendRequest,
  id: string,
): Promise<DurableEvent> {
  const { room, author, newEvent } = request;
  const ownSlot = await allocateSeq(deps, room);
  const key = claimKey(room, author.userId, newEvent.type, id);
  let slot = (await claim(deps, key, ownSlot)) ? ownSlot : undefined;
  for (let round = 0; round < maxRounds && isWritable(deps, ownSlot); round += 1) {
    slot ??= await readClaim(deps, key);
    const event = slot && (await writeOrReadEvent(deps, request, slot));
    if (event) return event;
    slot = (await claim(deps, key, ownSlot, slot)) ? ownSlot : undefined;
  }
  const event = await find(deps, room, author, newEvent.type, id);
  if (!event) throw new ChatError('unavailable');
  return event;
}

async function find(
  deps: EventLogDeps,
  room: string,
  author: User,
  type: DurableType,
  id: string,
): Promise<DurableEvent | undefined> {
  const slot = await readClaim(deps, claimKey(room, author.userId, type, id));
  const row = slot && (await deps.table.get(logKey(room, keyPrefixOf(type), slot.seq)));
  if (slot && !row && isWritable(deps, slot)) throw new ChatError('unavailable');
  return row && !isTombstone(row) ? decodeEvent(room, row) : undefined;
}

/** Allocates the room's next seq. The clock is read before and after, since each reading is a bound. */
async function allocateSeq(
  { table, retention, now }: EventLogDeps,
  room: string,
): Promise<SeqSlot> {
  const takenAt = now();
  const { days } = retention;
  const key = counterKey(room);
  const start =
    'createdAt = if_not_exists(createdAt, :now), keptDays = if_not_exists(keptDays, :days)';
  const row = await table.update(key, {
    text: `SET ${start} ADD seq :one`,
    values: { ':now': takenAt, ':days': days, ':one': 1 },
  });
  const slot = { seq: Number(row?.['seq']), takenAt, sentAt: now() };
  if (Number(row?.['keptDays']) > days) {
    // Recovery can rely on the shortest retention that the room ever had.
    const shorten = { text: 'SET keptDays = :days', values: { ':days': days } };
    await table.update(key, shorten, { text: 'keptDays > :days' });
  }
  return slot;
}

/** Claims an id for a seq, if the id is unclaimed or still claimed for the abandoned seq. */
function claim(
  { table, now }: EventLogDeps,
  key: Key,
  slot: SeqSlot,
  abandoned?: SeqSlot,
): Promise<boolean> {
  const ttl = Math.floor(now() / 1000) + claimSeconds;
  const condition = abandoned
    ? { text: 'seq = :seq', values: { ':seq': abandoned.seq } }
    : notExists;
  return table.put({ ...key, ...slot, ttl }, condition);
}

async function readClaim({ table }: EventLogDeps, key: Key): Promise<SeqSlot | undefined> {
  return (await table.get(key)) as SeqSlot | undefined;
}

/** Writes the event, or a tombstone if the window is over. Returns the event that the seq then has. */
async function writeOrReadEvent(
  deps: EventLogDeps,
  { room, author, newEvent }: AppendRequest,
  slot: SeqSlot,
): Promise<DurableEvent | undefined> {
  const { table, retention } = deps;
  const key = logKey(room, keyPrefixOf(newEvent.type), slot.seq);
  const expiry = retention.expiry(slot.sentAt);
  if (isWritable(deps, slot)) {
    const row = { ...key, ...encodeEvent(author, newEvent, slot), ...expiry };
    if (await table.put(row, notExists, writeTimeoutMs)) return decodeEvent(room, row);
  } else {
    await table.put({ ...key, ...tombstone, ...expiry }, notExists);
  }
  const row = await table.get(key);
  return row && !isTombstone(row) ? decodeEvent(room, row) : undefined;
}

function isWritable({ now }: EventLogDeps, { takenAt }: SeqSlot): boolean {
  return now() < takenAt + writeWindowMs;
}
