import type { DurableEvent } from '../../schemas/index.ts';
import { abortable, backoff, setTimer, sleep } from './async.ts';
import type { Connection } from './connection.ts';
import { CurrentConnection } from './current-connection.ts';
import { isRetryable } from './errors.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import type { RoomEvent } from './room.ts';

/** What a subscription is made of. */
export interface SubscriptionOptions {
  readonly room: string;
  /** The last number that the caller holds; without one, it begins with what comes now. */
  readonly after: number | undefined;
  readonly maxReconnectDelayMs: number;
  readonly deliver: (event: RoomEvent) => void;
  /** Resolves as soon as more may be delivered. */
  readonly waitForSpace: () => Promise<unknown>;
  /** Told of an error that no other connection will mend. */
  readonly onFatalError: (thrown: unknown) => void;
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
  #attachment = new AbortController();
  #isEnded = false;
  /** The connection on which the room is joined. */
  readonly #joinedConnection = new CurrentConnection<Connection>();
  #buffer: ReorderBuffer | undefined;
  /** What was pushed before it is known where to begin. */
  #early: DurableEvent[] = [];
  #recovery: Promise<void> | undefined;
  #rerun = false;
  #cancelCheck = () => {};

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    if (options.after !== undefined) this.#createBuffer(options.after, false);
  }

  /** The number to join with another time, so that nothing is missed: below the lowest open hole. */
  get after(): number {
    return this.#buffer?.after ?? 0;
  }

  /** Joins on a connection, and recovers; tries again for as long as that connection lasts. */
  async attach(connection: Connection): Promise<void> {
    this.#attachment.abort(null);
    const attachment = new AbortController();
    const { signal } = attachment;
    const detach = () => attachment.abort(null);
    if (connection.ended.aborted) detach();
    connection.ended.addEventListener('abort', detach);
    signal.addEventListener('abort', () => connection.ended.removeEventListener('abort', detach));
    [this.#attachment, this.#connection] = [attachment, connection];
    // What it reads for the connection before ends with the page that it has asked for.
    await this.#recovery;
    await this.#recover(this.#buffer?.after);
  }

  /** The connection on which the room is joined, as soon as there is one. */
  whenJoined(signal: AbortSignal): Promise<Connection> {
    return this.#joinedConnection.get(signal);
  }

  /** Takes a durable event, pushed or one's own. */
  receive(event: DurableEvent): void {
    if (!this.#buffer) this.#early.push(event);
    else this.#push(this.#buffer, event);
    this.#flush();
  }

  /** Asks the log for what is behind a number; by default, for what is new. */
  refresh(from = this.#buffer?.upTo): void {
    if (this.#recovery) this.#rerun = true;
    else void this.#recover(from);
  }

  /** Stops all of it. */
  end(reason: unknown): void {
    this.#isEnded = true;
    this.#attachment.abort(null);
    this.#cancelCheck();
    this.#joinedConnection.end(reason);
  }

  #createBuffer(after: number, startsFromNow: boolean): ReorderBuffer {
    const buffer = new ReorderBuffer(after, startsFromNow, Date.now());
    this.#buffer = buffer;
    for (const event of this.#early.splice(0)) this.#push(buffer, event);
    return buffer;
  }

  #push(buffer: ReorderBuffer, event: DurableEvent): void {
    if (buffer.push(event, Date.now())) this.#deliver(event, true);
    this.#rerun ||= buffer.isFull;
  }

  #deliver(event: DurableEvent, late: boolean): void {
    const own = event.from.userId === this.#connection?.self?.userId;
    this.#emit({ ...event, ...(own && { own }), ...(late && { late }) });
  }

  /** One who listens may have ended it. */
  #emit(event: RoomEvent): void {
    if (!this.#isEnded) this.#options.deliver(event);
  }

  /** Joins, and reads the log from a number on; one such reading at a time. */
  #recover(from: number | undefined): Promise<void> {
    this.#recovery ??= this.#readPages(from).finally(() => {
      this.#recovery = undefined;
      this.#flush();
    });
    return this.#recovery;
  }

  /** Tries again for as long as the connection lasts. */
  async #readPages(first: number | undefined): Promise<void> {
    const [connection, { signal }] = [this.#connection, this.#attachment];
    const { waitForSpace, maxReconnectDelayMs, onFatalError } = this.#options;
    let [from, more, failures] = [first, true, 0];
    while (connection && more && !signal.aborted) {
      try {
        this.#rerun = false;
        [from, more] = await this.#readPage(connection, from);
        failures = 0;
        this.#joinedConnection.set(connection);
        this.#flush();
        if (this.#rerun) [from, more] = [this.#buffer?.upTo, true];
        if (more) await abortable(signal, waitForSpace);
      } catch (thrown) {
        if (signal.aborted) return;
        if (!isRetryable(thrown)) return onFatalError(thrown);
        failures += 1;
        const pauseMs = thrown.retryAfterMs ?? backoff(failures, maxReconnectDelayMs);
        await sleep(pauseMs, signal).catch(() => {});
      }
    }
  }

  /** Reads one page, and tells from where to read on, and whether there is more. */
  async #readPage(connection: Connection, after?: number): Promise<[from: number, more: boolean]> {
    const [buffer, { room }] = [this.#buffer, this.#options];
    const [requestedAt, knownSeq] = [Date.now(), buffer?.upTo ?? 0];
    const page = await connection.request('joinroom', { room, after });
    const { events, more, recovered, seq } = page;
    // It ends before what was read from it: it is not the log that it was.
    const isNewLog = !more && seq < knownSeq;
    if (isNewLog) this.#emit({ type: 'incomplete', room, after: 0, seq });
    if (!buffer || after === undefined || isNewLog)
      return [this.#createBuffer(seq, true).upTo, false];
    if (!recovered) {
      const upTo = (events[0]?.seq ?? seq + 1) - 1;
      this.#emit({ type: 'incomplete', room, after, seq: upTo });
      buffer.restart(Math.max(upTo, buffer.upTo));
    }
    for (const event of events) this.#push(buffer, event);
    return [buffer.applyPage(after, page, requestedAt), more];
  }

  /** Delivers what can be, and sees to it that the rest is looked after in time. */
  #flush(): void {
    this.#cancelCheck();
    const [buffer, now] = [this.#buffer, Date.now()];
    if (!buffer || this.#isEnded) return;
    for (const event of buffer.drain(now)) this.#deliver(event, false);
    const check = buffer.nextCheck(graceMs);
    // A reading comes here when it ends, and a connection begins with one.
    if (!check || this.#recovery || this.#attachment.signal.aborted) return;
    const { at, from } = check;
    const runCheck = () => (from === undefined ? this.#flush() : this.refresh(from));
    this.#cancelCheck = setTimer(at - now, runCheck);
  }
}
