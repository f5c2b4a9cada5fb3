import { setImmediate, setTimeout } from 'node:timers/promises';
import type { TestTable } from './database.ts';
import { interceptTable, type TableCall } from './fakes/faulty-dynamo.ts';
import type { Frame } from './frame.ts';

/** Returns numbers from 0 to 1 that are the same for the same seed. */
export type Random = () => number;

/** Creates random numbers from a seed: a linear congruential generator, as in `drand48`. */
export function createRandom(seed: number): Random {
  let state = BigInt(seed) * 65_536n + 13_070n;
  return () => {
    state = (state * 25_214_903_917n + 11n) % 2n ** 48n;
    return Number(state >> 16n) / 2 ** 32;
  };
}

/** A call that a scheduler can hold: a call to the table, or the post of a frame. */
type Call =
  | TableCall
  | { readonly operation: 'Post'; readonly connectionId: string; readonly frame: Frame };

/** A call that waits for its turn. */
export type HeldCall = Call & {
  /** The time at which the call began, by the clock of the scheduler. */
  readonly heldAt: number;
  /** Makes the call, and returns when its caller has the result. */
  proceed(): Promise<void>;
  /** Fails the call without making it. */
  fail(error: Error): void;
  /** Makes the call, and loses its result: the caller gets the error. */
  loseResult(error: Error): Promise<void>;
};

/** How many turns of the event loop code may need from one call to the next. */
const turnsBetweenCalls = 6;

/** How often a run looks for a held call, one millisecond apart, before it reports that it is stuck. */
const maxIdleLooks = 5_000;

/**
 * Runs concurrent operations in one order out of all possible ones. While it is active, each call waits
 * until the test selects it. So a seed decides the order, and a failure can be repeated.
 */
export class Scheduler {
  /** Whether calls wait. If not, they proceed at once. */
  isActive = false;
  readonly #held: HeldCall[] = [];
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Returns the same table, with each call going through this scheduler. */
  table(table: TestTable): TestTable {
    return interceptTable(table, (call, proceed) => this.hold(call, proceed));
  }

  /** Decides about a post, as a fake delivery does: it delivers the frame when it is its turn. */
  post(connectionId: string, frame: Frame): Promise<'delivered'> {
    return this.hold({ operation: 'Post', connectionId, frame }, async () => 'delivered' as const);
  }

  /** Makes a call when it is its turn. */
  hold<T>(call: Call, work: () => Promise<T>): Promise<T> {
    if (!this.isActive) return work();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#held.push({
      ...call,
      heldAt: this.#now(),
      proceed: () => work().then(resolve, reject),
      fail: reject,
      loseResult: async (error) => {
        await work().catch(() => {});
        reject(error);
      },
    });
    return promise;
  }

  /**
   * Runs operations to their end. `step` handles one of the held calls, whose index it returns. The
   * operations may fail: the test looks at what they return.
   */
  async run(
    operations: readonly Promise<unknown>[],
    step: (held: readonly HeldCall[]) => { index: number; result: Promise<void> | void },
  ): Promise<void> {
    let remaining = operations.length;
    const settled = operations.map((operation) =>
      operation.catch(() => {}).finally(() => (remaining -= 1)),
    );
    let idleLooks = 0;
    while (remaining > 0) {
      for (let turn = 0; turn < turnsBetweenCalls; turn += 1) await setImmediate();
      if (this.#held.length > 0) {
        idleLooks = 0;
        const { index, result } = step(this.#held);
        this.#held.splice(index, 1);
        await result;
      } else if (remaining > 0) {
        idleLooks += 1;
        if (idleLooks > maxIdleLooks) throw new Error('No call is held, and operations are left.');
        await setTimeout(1);
      }
    }
    await Promise.all(settled);
  }

  /** Runs operations to their end, with their calls in a random order. */
  runInRandomOrder(operations: readonly Promise<unknown>[], random: Random): Promise<void> {
    return this.run(operations, (held) => {
      const index = Math.floor(random() * held.length);
      return { index, result: held[index]?.proceed() };
    });
  }
}
