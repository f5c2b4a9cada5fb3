import { randomBytes } from 'node:crypto';
import { pepperKey } from './keys.ts';
import { notExists, type Table } from './table.ts';

/** Returns the pepper: a random secret of the table. */
export type Pepper = () => Promise<string>;

/** Creates a reader that reads the pepper once. The first reader of a new table generates it. */
export function createPepper(table: Table): Pepper {
  let pepper: Promise<string> | undefined;
  return () => {
    pepper ??= readOrGenerate(table).catch((thrown: unknown) => {
      pepper = undefined;
      throw thrown;
    });
    return pepper;
  };
}

async function readOrGenerate(table: Table): Promise<string> {
  const stored = await read(table);
  if (stored) return stored;
  const pepper = randomBytes(32).toString('base64url');
  if (await table.put({ ...pepperKey, pepper }, notExists)) return pepper;
  // Another instance was faster.
  return (await read(table)) ?? pepper;
}

async function read(table: Table): Promise<string | undefined> {
  return (await table.get(pepperKey))?.['pepper'] as string | undefined;
}
