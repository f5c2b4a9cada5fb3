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
 * A number is written within 30 seconds of being taken, or never: clients close a hole by that
 * rule. A write that is already on its way may use the five seconds that we stop short of it.
 */
const writeWindowMs = 25_000;
const writeTimeoutMs = 3_000;

/** A request id is remembered for a day. */
const claimSeconds = 24 * 3600;

/** Rounds of one append: each but the last is lost to the progress of another attempt. */
const maxRounds = 8;

/**
 * The one ordered log of each room.
 *
 * Exactly once, by single-row conditional writes alone; `n` is this attempt's number:
 *
 *     take n ──► claim id→n, if unclaimed ──► write n, if empty ──► done
 *                   │ claimed, id→m              │ not empty: read it (below)
 *                   ▼
 *        ┌──► m is within its window ──► write m, if empty ────────► done as m, n is skipped
 *        │          │ outlived it           │ not empty
 *        │          ▼                       ▼
 *        │      seal m, if empty ──────► read m ── an event ───────► done as m, n is skipped
 *        │                                  │ sealed
 *        │                                  ▼
 *        └── another did ◄──────────── move the claim m→n, if it is still m ──► write n, if empty
 *
 *     0 s                                                 25 s         30 s
 *     ├── n may be written ────────────────────────────────┤ on its way ┤ clients give the hole up
 *     n taken                                              └ a retry seals n from here on
 *
 * A sealed number holds a row that is no event: a write to it that is still on its way, from an
 * invocation slower than any clock, finds it taken. So an id never has two events.
 */
export class EventLog {
  readonly #table: Table;
  readonly #retention: Retention;
  readonly #now: () => number;

  constructor(table: Table, retention: Retention, now: () => number) {
    this.#table = table;
    this.#retention = retention;
    this.#now = now;
  }

  /**
   * Stores an event under the room's next number and returns it as it is to be pushed. The same
   * person's same `id`, for the same type of event in the same room, returns what is stored
   * already. Throws `unavailable` where it is not known to be stored: try again, with the id.
   */
  async append(room: string, author: User, newEvent: NewEvent, id?: string): Promise<DurableEvent> {
    const mine = await this.#allocateSeq(room);
    if (id === undefined) {
      const event = await this.#resolve(room, author, newEvent, mine);
      if (!event) throw new ChatError('unavailable');
      return event;
    }
    const claim = claimKey(room, author.userId, newEvent.type, id);
    let slot = (await this.#claim(claim, mine)) ? mine : undefined;
    for (let round = 0; round < maxRounds && this.#isWritable(mine); round += 1) {
      slot ??= await this.#readClaim(claim);
      const event = slot && (await this.#resolve(room, author, newEvent, slot));
      if (event) return event;
      slot = (await this.#claim(claim, mine, slot)) ? mine : undefined;
    }
    const event = await this.find(room, author, newEvent.type, id);
    if (!event) throw new ChatError('unavailable');
    return event;
  }

  /**
   * What the same person's same `id` stored before, for the same type of event. Throws
   * `unavailable` while an attempt that has claimed the id may still store it.
   */
  async find(
    room: string,
    author: User,
    type: DurableType,
    id: string,
  ): Promise<DurableEvent | undefined> {
    const slot = await this.#readClaim(claimKey(room, author.userId, type, id));
    const row = slot && (await this.#table.get(logKey(room, keyPrefixOf(type), slot.seq)));
    if (slot && !row && this.#isWritable(slot)) throw new ChatError('unavailable');
    return row && !isTombstone(row) ? decodeEvent(room, row) : undefined;
  }

  /** Takes the room's next number. Either reading of the clock is what somebody relies on. */
  async #allocateSeq(room: string): Promise<SeqSlot> {
    const takenAt = this.#now();
    const { days } = this.#retention;
    const key = counterKey(room);
    const start =
      'createdAt = if_not_exists(createdAt, :now), keptDays = if_not_exists(keptDays, :days)';
    const row = await this.#table.update(key, {
      text: `SET ${start} ADD seq :one`,
      values: { ':now': takenAt, ':days': days, ':one': 1 },
    });
    const slot = { seq: Number(row?.['seq']), takenAt, sentAt: this.#now() };
    if (Number(row?.['keptDays']) > days) {
      // The shortest retention that the room ever had is what recovery can rely on.
      const shorter = { text: 'SET keptDays = :days', values: { ':days': days } };
      await this.#table.update(key, shorter, { text: 'keptDays > :days' });
    }
    return slot;
  }

  /** Claims an id for a number, if it is unclaimed or still claimed for the number given up. */
  #claim(claim: Key, slot: SeqSlot, abandoned?: SeqSlot): Promise<boolean> {
    const ttl = Math.floor(this.#now() / 1000) + claimSeconds;
    const condition = abandoned
      ? { text: 'seq = :seq', values: { ':seq': abandoned.seq } }
      : notExists;
    return this.#table.put({ ...claim, ...slot, ttl }, condition);
  }

  async #readClaim(claim: Key): Promise<SeqSlot | undefined> {
    return (await this.#table.get(claim)) as SeqSlot | undefined;
  }

  /** Brings a number to its end: the event that stands there, or nothing if none ever can. */
  async #resolve(
    room: string,
    author: User,
    newEvent: NewEvent,
    slot: SeqSlot,
  ): Promise<DurableEvent | undefined> {
    const key = logKey(room, keyPrefixOf(newEvent.type), slot.seq);
    if (this.#isWritable(slot)) {
      const row = {
        ...key,
        ...encodeEvent(author, newEvent, slot),
        ...this.#retention.expiry(slot.sentAt),
      };
      if (await this.#table.put(row, notExists, writeTimeoutMs)) return decodeEvent(room, row);
    } else {
      await this.#table.put(
        { ...key, ...tombstone, ...this.#retention.expiry(slot.sentAt) },
        notExists,
      );
    }
    const row = await this.#table.get(key);
    return row && !isTombstone(row) ? decodeEvent(room, row) : undefined;
  }

  #isWritable({ takenAt }: SeqSlot): boolean {
    return this.#now() < takenAt + writeWindowMs;
  }
}
