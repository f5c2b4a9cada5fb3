import type { ErrorCode } from '../../../schemas/errors.ts';
import type { DurableEvent } from '../../../schemas/index.ts';
import { ChatError } from '../errors.ts';
import type { NewEvent, SeqSlot } from './event-rows.ts';
import { claimKey, type Key } from './keys.ts';
import {
  abandonSeq,
  allocateSeq,
  claimSeq,
  type EventLogDeps,
  isWritable,
  type LogEntry,
  readClaim,
  readEvent,
  writeEvent,
} from './log-slots.ts';
import type { User } from './members.ts';

/** The most rounds of one append. Each round but the last loses to the progress of another attempt. */
const maxRounds = 8;

/** Returns why the current state rejects a request, or `undefined` if the request is allowed. */
export type Check = () => Promise<ErrorCode | undefined>;

/** The options of an append. */
export interface AppendOptions {
  /** The client's request id. Retries with the same id have one effect. */
  readonly id?: string | undefined;
  /**
   * Decides about the request before a seq is allocated, and again before each write. No attempt that has
   * begun may be allowed after it rejects, unless the code is retryable. @default allows every request
   */
  readonly check?: Check | undefined;
}

/** The one ordered log of each room. */
export interface EventLog {
  /**
   * Stores an event under the room's next seq and returns it as it is delivered. A retry has the same
   * user, room, event type and `id`. It returns the stored event, even if it would now be rejected.
   * Throws the code of the check if no attempt has stored the event, and none will. Throws `unavailable`
   * if it is not known whether the event is stored: retry with the same id.
   */
  append(
    room: string,
    author: User,
    newEvent: NewEvent,
    options?: AppendOptions,
  ): Promise<DurableEvent>;
}

/** A request to append an event. */
interface AppendRequest extends LogEntry {
  /** The key of the claim, if the request has an id. */
  readonly key: Key | undefined;
  readonly check: Check;
}

/**
 * Creates the log. It stores each event exactly once, by conditional writes of single rows only. Here
 * `n` is the seq of this attempt, and `m` the seq of an earlier one:
 *
 *     check ──► allocate n ──► claim id→n, if unclaimed ──► write n, if empty ──► done
 *                                  │ claimed: id→m             │ not empty: read n, as m below
 *                                  ▼
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
 * A tombstone is a row for an abandoned seq. It is not an event, but it takes the place of one. A write that
 * arrives even later, from an invocation slower than any clock, fails on it. So an id never has two events.
 *
 * Each write comes after a second check, and a rejection is final for every attempt. An attempt that may
 * write has a claim before it checks. A rejected attempt reads the claim after it checked. So one of the two
 * sees the other:
 *
 *     rejected attempt:  check ── no ──► read claim ── none ──────────────────────────► reject
 *     another attempt:                                       claim id→m ──► check ── no ──► reject
 *
 *     rejected attempt:                 check ── no ──► read claim id→m ──► tombstone for m ──► reject
 *     another attempt:   claim id→m ──► check ── yes ──► write m, if empty ── not empty ──► check again
 *
 * If the write comes before the tombstone, `m` has the event. Then both attempts are done as `m`.
 */
export function createEventLog(deps: EventLogDeps): EventLog {
  return {
    append: (room, author, newEvent, { id, check = async () => undefined } = {}) => {
      const key = id === undefined ? id : claimKey(room, author.userId, newEvent.type, id);
      return append(deps, { room, author, newEvent, key, check });
    },
  };
}

async function append(deps: EventLogDeps, request: AppendRequest): Promise<DurableEvent> {
  const rejection = await request.check();
  if (rejection !== undefined) return findOrReject(deps, request, rejection);
  const ownSlot = await allocateSeq(deps, request.room);
  const { key } = request;
  const event =
    key === undefined
      ? await complete(deps, request, ownSlot)
      : await appendWithClaim(deps, request, key, ownSlot);
  if (!event) throw new ChatError('unavailable');
  return event;
}

async function appendWithClaim(
  deps: EventLogDeps,
  request: AppendRequest,
  key: Key,
  ownSlot: SeqSlot,
): Promise<DurableEvent | undefined> {
  let slot = (await claimSeq(deps, key, ownSlot)) ? ownSlot : undefined;
  for (let round = 0; round < maxRounds && isWritable(deps, ownSlot); round += 1) {
    slot ??= await readClaim(deps, key);
    const event = slot && (await complete(deps, request, slot));
    if (event) return event;
    slot = (await claimSeq(deps, key, ownSlot, slot)) ? ownSlot : undefined;
  }
  slot = await readClaim(deps, key);
  return slot && readEvent(deps, request, slot);
}

/**
 * Completes the attempt that took a seq: writes the event, or a tombstone if the window is over. Returns the
 * event that the seq then has. The check comes last, so it sees all that happened before the seq was taken.
 */
async function complete(
  deps: EventLogDeps,
  request: AppendRequest,
  slot: SeqSlot,
): Promise<DurableEvent | undefined> {
  const rejection = await request.check();
  if (rejection !== undefined) return findOrReject(deps, request, rejection);
  if (isWritable(deps, slot)) {
    const event = await writeEvent(deps, request, slot);
    if (event) return event;
  } else {
    await abandonSeq(deps, request, slot);
  }
  return readEvent(deps, request, slot);
}

/**
 * Returns the event of a rejected request, if an attempt has stored it. Otherwise abandons the seq of any
 * attempt, so that the event is never stored, and throws the rejection.
 */
async function findOrReject(
  deps: EventLogDeps,
  request: AppendRequest,
  rejection: ErrorCode,
): Promise<DurableEvent> {
  const slot = request.key && (await readClaim(deps, request.key));
  let event = slot && (await readEvent(deps, request, slot));
  if (slot && !event && !(await abandonSeq(deps, request, slot))) {
    event = await readEvent(deps, request, slot);
  }
  if (!event) throw new ChatError(rejection);
  return event;
}
