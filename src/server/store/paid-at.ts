import { isOpen } from './connection-rows.ts';
import { connectionKey } from './keys.ts';
import type { Table } from './table.ts';

/**
 * Adds `ms` to the time at which all requests of a connection are paid for, `paidAt`. If that time
 * has passed, it restarts from `now`. Other instances may do either at the same time.
 */
export async function addToPaidAt(
  table: Table,
  connectionId: string,
  ms: number,
  now: number,
): Promise<number | undefined> {
  const key = connectionKey(connectionId);
  const add = () =>
    table.update(
      key,
      { text: 'ADD paidAt :ms', values: { ':ms': ms } },
      { text: `${isOpen.text} AND paidAt >= :now`, values: { ':now': now } },
    );
  const restart = () =>
    table.update(
      key,
      { text: 'SET paidAt = :then', values: { ':then': now + ms } },
      {
        text: `${isOpen.text} AND (attribute_not_exists(paidAt) OR paidAt < :now)`,
        values: { ':now': now },
      },
    );
  const row = (await add()) ?? (await restart()) ?? (await add());
  return row && Number(row['paidAt']);
}
