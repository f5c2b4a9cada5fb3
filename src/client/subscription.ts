import type { DurableEvent } from '../../schemas/index.ts';
import { backoff, later, sleep, unless } from './async.ts';
import type { Connection } from './connection.ts';
import { Latest } from './current-connection.ts';
import { isRetryable } from './errors.ts';
import { Sequence } from './reorder-buffer.ts';
import type { RoomEvent } from './room.ts';

/** What a subscription is made of. */
export interface SubscriptionOptions {
  readonly room: string;
  /** The last number that the caller holds; without one, it begins with what comes now. */
  readonly after: number | undefined;
  readonly maxBackoffMs: number;
  readonly deliver: (event: RoomEvent) => void;
  /** Resolves as soon as more may be delivered. */
  readonly hasSpace: () => Promise<unknown>;
  /** Told of an error that no other connection will mend. */
  readonly onRefusal: (thrown: unknown) => void;
}

/** How long an early event waits before the log is asked for what is missing, in milliseconds. */
const graceMs = 200;

/**
 * One room's events over all connections: joins on each, recovers what was missed, and fills gaps
 * from the log.
 */
export class Subscription {
  readonly #options: SubscriptionOptions;
  #connection: Connection | undefined;
  /** Aborts when that connection is over, or another one serves instead, or none is wanted. */
  #attached = new AbortController();
  #over = false;
  /** The connection on which the room is joined. */
  readonly #joined = new Latest<Connection>();
  #sequence: Sequence | undefined;
  /** What was pushed before it is known where to begin. */
  #early: DurableEvent[] = [];
  #recovering: Promise<void> | undefined;
  #again = false;
  #cancelWake = () => {};

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    if (options.after !== undefined) this.#begin(options.after, false);
  }

  /** The number to join with another time, so that nothing is missed: below the lowest open hole. */
  get after(): number {
    return this.#sequence?.after ?? 0;
  }

  /** Joins on a connection, and recovers; tries again for as long as that connection lasts. */
  async attach(connection: Connection): Promise<void> {
    this.#attached.abort(null);
    const attached = new AbortController();
    const { signal } = attached;
    const lose = () => attached.abort(null);
    if (connection.ended.aborted) lose();
    connection.ended.addEventListener('abort', lose);
    signal.addEventListener('abort', () => connection.ended.removeEventListener('abort', lose));
    [this.#attached, this.#connection] = [attached, connection];
    // What it reads for the connection before ends with the page that it has asked for.
    await this.#recovering;
    await this.#recover(this.#sequence?.after);
  }

  /** The connection on which the room is joined, as soon as there is one. */
  joined(signal: AbortSignal): Promise<Connection> {
    return this.#joined.get(signal);
  }

  /** Takes a durable event, pushed or one's own. */
  take(event: DurableEvent): void {
    if (!this.#sequence) this.#early.push(event);
    else this.#offer(this.#sequence, event);
    this.#settle();
  }

  /** Asks the log for what is behind a number; by default, for what is new. */
  refresh(from = this.#sequence?.upTo): void {
    if (this.#recovering) this.#again = true;
    else void this.#recover(from);
  }

  /** Stops all of it. */
  end(reason: unknown): void {
    this.#over = true;
    this.#attached.abort(null);
    this.#cancelWake();
    this.#joined.end(reason);
  }

  #begin(after: number, fresh: boolean): Sequence {
    const sequence = new Sequence(after, fresh, Date.now());
    this.#sequence = sequence;
    for (const event of this.#early.splice(0)) this.#offer(sequence, event);
    return sequence;
  }

  #offer(sequence: Sequence, event: DurableEvent): void {
    if (sequence.offer(event, Date.now())) this.#deliver(event, true);
    this.#again ||= sequence.isFull;
  }

  #deliver(event: DurableEvent, late: boolean): void {
    const own = event.from.userId === this.#connection?.self?.userId;
    this.#give({ ...event, ...(own && { own }), ...(late && { late }) });
  }

  /** One who listens may have ended it. */
  #give(event: RoomEvent): void {
    if (!this.#over) this.#options.deliver(event);
  }

  /** Joins, and reads the log from a number on; one such reading at a time. */
  #recover(from: number | undefined): Promise<void> {
    this.#recovering ??= this.#pages(from).finally(() => {
      this.#recovering = undefined;
      this.#settle();
    });
    return this.#recovering;
  }

  /** Tries again for as long as the connection lasts. */
  async #pages(first: number | undefined): Promise<void> {
    const [connection, { signal }] = [this.#connection, this.#attached];
    const { hasSpace, maxBackoffMs, onRefusal } = this.#options;
    let [from, more, failures] = [first, true, 0];
    while (connection && more && !signal.aborted) {
      try {
        this.#again = false;
        [from, more] = await this.#page(connection, from);
        failures = 0;
        this.#joined.set(connection);
        this.#settle();
        if (this.#again) [from, more] = [this.#sequence?.upTo, true];
        if (more) await unless(signal, hasSpace);
      } catch (thrown) {
        if (signal.aborted) return;
        if (!isRetryable(thrown)) return onRefusal(thrown);
        failures += 1;
        const pauseMs = thrown.retryAfterMs ?? backoff(failures, maxBackoffMs);
        await sleep(pauseMs, signal).catch(() => {});
      }
    }
  }

  /** Reads one page, and tells from where to read on, and whether there is more. */
  async #page(connection: Connection, after?: number): Promise<[from: number, more: boolean]> {
    const [sequence, { room }] = [this.#sequence, this.#options];
    const [asked, known] = [Date.now(), sequence?.upTo ?? 0];
    const page = await connection.request('joinroom', { room, after });
    const { events, more, recovered, seq } = page;
    // It ends before what was read from it: it is not the log that it was.
    const isAnother = !more && seq < known;
    if (isAnother) this.#give({ type: 'incomplete', room, after: 0, seq });
    if (!sequence || after === undefined || isAnother) return [this.#begin(seq, true).upTo, false];
    if (!recovered) {
      const upTo = (events[0]?.seq ?? seq + 1) - 1;
      this.#give({ type: 'incomplete', room, after, seq: upTo });
      sequence.restart(Math.max(upTo, sequence.upTo));
    }
    for (const event of events) this.#offer(sequence, event);
    return [sequence.read(after, page, asked), more];
  }

  /** Delivers what can be, and sees to it that the rest is looked after in time. */
  #settle(): void {
    this.#cancelWake();
    const [sequence, now] = [this.#sequence, Date.now()];
    if (!sequence || this.#over) return;
    for (const event of sequence.ready(now)) this.#deliver(event, false);
    const wake = sequence.wake(graceMs);
    // A reading comes here when it ends, and a connection begins with one.
    if (!wake || this.#recovering || this.#attached.signal.aborted) return;
    const { at, from } = wake;
    const work = () => (from === undefined ? this.#settle() : this.refresh(from));
    this.#cancelWake = later(at - now, work);
  }
}
