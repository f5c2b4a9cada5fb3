import type { TestTable } from './database.ts';
import { interceptTable, type TableCall } from './fakes/faulty-dynamo.ts';

/** A table whose first matching call waits. */
export interface HeldTable {
  readonly table: TestTable;
  /** Resolves when that call waits. */
  readonly reached: Promise<void>;
  /** Lets that call go on. */
  readonly release: () => void;
}

/** Holds the first call that matches: before the engine gets it, or after it has responded. */
export function holdFirst(
  table: TestTable,
  matches: (call: TableCall) => boolean,
  when: 'before' | 'after' = 'before',
): HeldTable {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let isHeld = false;
  const held = interceptTable(table, async (call, proceed) => {
    if (isHeld || !matches(call)) return proceed();
    isHeld = true;
    const output = when === 'after' ? await proceed() : undefined;
    reached.resolve();
    await released.promise;
    return output ?? proceed();
  });
  return { table: held, reached: reached.promise, release: released.resolve };
}
