import type { DurableEvent } from '../../schemas/index.ts';
import { abortable, backoff, createLinkedController, setTimer, sleep } from './async.ts';
import type { Connection } from './connection.ts';
import { CurrentConnection } from './current-connection.ts';
import { isFull, isRetryable } from './errors.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import type { RoomEvent } from './room.ts';

/** The room of a subscription, and its callbacks. */
export interface SubscriptionOptions {
  readonly room: string;
  /** The last `seq` that the caller holds. If undefined, the subscription starts with new events. */
  readonly after: number | undefined;
  readonly maxReconnectDelayMs: number;
  readonly deliver: (event: RoomEvent) => void;
  /** Resolves when recovery may deliver more events. */
  readonly waitForSpace: () => Promise<unknown>;
  /** Takes an error that another connection cannot fix. */
  readonly onFatalError: (thrown: unknown) => void;
}

/** The place in the log that recovery has reached. */
interface Position {
  /** The `seq` to read after. If undefined, the subscription starts with new events. */
  readonly after: number | undefined;
  readonly more: boolean;
}

/** How long an early event waits before the client reads the log for the missing ones, in milliseconds. */
const graceMs = 200;

/**
 * The events of one room over all connections. A subscription joins the room on each connection,
 * recovers what it missed, and fills gaps from the log.
 */
export class Subscription {
  readonly #options: SubscriptionOptions;
  #connection: Connection | undefined;
  /** Aborts when the connection ends or is replaced, or when the subscription ends. */
  #attachment = new AbortController();
  #isEnded = false;
  /** Whether the room was joined on some connection. */
  #wasJoined = false;
  /** The connection on which the room is joined. */
  readonly #joinedConnection = new CurrentConnection<Connection>();
  #buffer: ReorderBuffer | undefined;
  /** The events that were pushed before the start of the subscription was known. */
  #early: DurableEvent[] = [];
  #recovery: Promise<void> | undefined;
  #cancelCheck = () => {};

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    if (options.after !== undefined) this.#createBuffer(options.after, false);
  }

  /** The `seq` to join with next time: below the lowest open gap, so that no event is missed. */
  get after(): number {
    return this.#buffer?.after ?? 0;
  }

  /** Waits until no `joinroom` is on its way: each was answered, lost or given up. */
  async waitForAnswer(): Promise<void> {
    await this.#recovery;
  }

  /** Joins on a connection and recovers. Retries while the connection lasts. */
  async attach(connection: Connection): Promise<void> {
    this.#attachment.abort(null);
    this.#attachment = createLinkedController(connection.ended);
    this.#connection = connection;
    // Recovery on the previous connection ends with the page that it has requested.
    await this.#recovery;
    await this.#recover(this.#buffer?.after);
  }

  /** Resolves with the connection on which the room is joined. */
  whenJoined(signal: AbortSignal): Promise<Connection> {
    return this.#joinedConnection.get(signal);
  }

  /** Takes a durable event, pushed by the server or made from an ack. */
  receive(event: DurableEvent): void {
    if (!this.#buffer) this.#early.push(event);
    else this.#push(this.#buffer, event);
    this.#flush();
  }

  /** Reads the log for the event with a `seq`, unless it has come already. */
  refresh(seq: number): void {
    this.#buffer?.want(seq);
    const after = this.#recovery ? undefined : this.#buffer?.takeWanted();
    if (after !== undefined) void this.#recover(after);
  }

  /** Ends the subscription. Callers that wait for it to join get this reason. */
  end(reason: unknown): void {
    this.#isEnded = true;
    this.#attachment.abort(null);
    this.#cancelCheck();
    this.#joinedConnection.end(reason);
  }

  #createBuffer(after: number, startsFromNow: boolean): ReorderBuffer {
    const buffer = new ReorderBuffer(after, startsFromNow, performance.now());
    this.#buffer = buffer;
    for (const event of this.#early.splice(0)) this.#push(buffer, event);
    return buffer;
  }

  #push(buffer: ReorderBuffer, event: DurableEvent): void {
    if (buffer.push(event, performance.now())) this.#deliver(event, true);
  }

  #deliver(event: DurableEvent, late: boolean): void {
    const own = event.from.userId === this.#connection?.self?.userId;
    this.#emit({ ...event, ...(own && { own }), ...(late && { late }) });
  }

  #emit(event: RoomEvent): void {
    // A listener of the event before may have left the room.
    if (!this.#isEnded) this.#options.deliver(event);
  }

  /** Joins, and reads the log after a `seq`. Only one recovery runs at a time. */
  #recover(after: number | undefined): Promise<void> {
    this.#recovery ??= this.#readPages({ after, more: true }).finally(() => {
      this.#recovery = undefined;
      this.#flush();
    });
    return this.#recovery;
  }

  /** Reads pages to the end of the log. Retries while the connection lasts. */
  async #readPages(start: Position): Promise<void> {
    const connection = this.#connection;
    const { signal } = this.#attachment;
    const { waitForSpace, maxReconnectDelayMs, onFatalError } = this.#options;
    let position = start;
    let failures = 0;
    while (connection && position.more && !signal.aborted) {
      try {
        position = await this.#readPage(connection, position.after);
        failures = 0;
        this.#joinedConnection.set(connection);
        this.#wasJoined = true;
        this.#flush();
        const wanted = this.#buffer?.takeWanted();
        if (wanted !== undefined) position = { after: wanted, more: true };
        if (position.more) await abortable(signal, waitForSpace);
      } catch (thrown) {
        if (signal.aborted) return;
        // A member that has lost its place waits for another one.
        const canRetry = isRetryable(thrown) || (this.#wasJoined && isFull(thrown));
        if (!canRetry) return onFatalError(thrown);
        failures += 1;
        const pauseMs = thrown.retryAfterMs ?? backoff(failures, maxReconnectDelayMs);
        await sleep(pauseMs, signal).catch(() => {});
      }
    }
  }

  /** Reads one page, and returns where to read on. */
  async #readPage(connection: Connection, after: number | undefined): Promise<Position> {
    const buffer = this.#buffer;
    const { room } = this.#options;
    const requestedAt = performance.now();
    const knownSeq = buffer?.upTo ?? 0;
    const page = await connection.request('joinroom', { room, after });
    const { events, more, recovered, seq } = page;
    // A log that ends before a `seq` that it once held is a new log.
    const isNewLog = !more && seq < knownSeq;
    if (isNewLog) this.#emit({ type: 'incomplete', room, after: 0, seq });
    if (!buffer || after === undefined || isNewLog)
      return { after: this.#createBuffer(seq, true).upTo, more: false };
    if (!recovered) {
      const upTo = (events[0]?.seq ?? seq + 1) - 1;
      this.#emit({ type: 'incomplete', room, after, seq: upTo });
      buffer.restart(Math.max(upTo, buffer.upTo));
    }
    for (const event of events) this.#push(buffer, event);
    return { after: buffer.applyPage(after, page, requestedAt), more };
  }

  /** Delivers the events whose turn it is, and schedules the next check. */
  #flush(): void {
    this.#cancelCheck();
    const buffer = this.#buffer;
    const now = performance.now();
    if (!buffer || this.#isEnded) return;
    for (const event of buffer.drain(now)) this.#deliver(event, false);
    const check = buffer.nextCheck(graceMs);
    // Recovery flushes when it ends, and each connection starts with one.
    if (!check || this.#recovery || this.#attachment.signal.aborted) return;
    const run = () => (check.missing === undefined ? this.#flush() : this.refresh(check.missing));
    // Timers may fire up to a millisecond early.
    this.#cancelCheck = setTimer(check.at - now + 1, run);
  }
}
