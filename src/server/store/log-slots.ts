import type { DurableEvent } from '../../../schemas/index.ts';
import {
  decodeEvent,
  encodeEvent,
  isTombstone,
  keyPrefixOf,
  type NewEvent,
  type SeqSlot,
  tombstone,
} from './event-rows.ts';
import { counterKey, type Key, logKey } from './keys.ts';
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

/** The dependencies of the event log. */
export interface EventLogDeps {
  readonly table: Table;
  readonly retention: Retention;
  /** Returns milliseconds since 1970. */
  readonly now: () => number;
}

/** An event of a room that its author wants to append. */
export interface LogEntry {
  readonly room: string;
  readonly author: User;
  readonly newEvent: NewEvent;
}

/** Allocates the room's next seq. The clock is read before and after, since each reading is a bound. */
export async function allocateSeq(
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

/** Returns whether the write window of a seq is open. */
export function isWritable({ now }: EventLogDeps, { takenAt }: SeqSlot): boolean {
  return now() < takenAt + writeWindowMs;
}

/** Claims an id for a seq, if the id is unclaimed or still claimed for the abandoned seq. */
export function claimSeq(
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

/** Reads the seq that an id is claimed for. */
export async function readClaim({ table }: EventLogDeps, key: Key): Promise<SeqSlot | undefined> {
  return (await table.get(key)) as SeqSlot | undefined;
}

/** Writes the event at a seq, if the seq is empty. Returns the written event. */
export async function writeEvent(
  { table, retention }: EventLogDeps,
  entry: LogEntry,
  slot: SeqSlot,
): Promise<DurableEvent | undefined> {
  const attributes = encodeEvent(entry.author, entry.newEvent, slot);
  const row = { ...slotKey(entry, slot), ...attributes, ...retention.expiry(slot.sentAt) };
  const isWritten = await table.put(row, notExists, writeTimeoutMs);
  return isWritten ? decodeEvent(entry.room, row) : undefined;
}

/** Writes a tombstone at a seq, if the seq is empty. Returns whether it was. */
export function abandonSeq(
  { table, retention }: EventLogDeps,
  entry: LogEntry,
  slot: SeqSlot,
): Promise<boolean> {
  const expiry = retention.expiry(slot.sentAt);
  return table.put({ ...slotKey(entry, slot), ...tombstone, ...expiry }, notExists);
}

/** Reads the event at a seq, if the seq has one. */
export async function readEvent(
  { table }: EventLogDeps,
  entry: LogEntry,
  slot: SeqSlot,
): Promise<DurableEvent | undefined> {
  const row = await table.get(slotKey(entry, slot));
  return row && !isTombstone(row) ? decodeEvent(entry.room, row) : undefined;
}

const slotKey = ({ room, newEvent }: LogEntry, { seq }: SeqSlot) =>
  logKey(room, keyPrefixOf(newEvent.type), seq);
