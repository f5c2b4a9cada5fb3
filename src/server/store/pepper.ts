import { randomBytes } from 'node:crypto';
import { pepperKey } from './keys.ts';
import { notExists, type Table } from './table.ts';

/** A secret that was made up once for the table. */
export type Pepper = () => Promise<string>;

/** Reads it once; the first to ask for it in the table's life makes it up. */
export function createPepper(table: Table): Pepper {
  const read = async () => (await table.get(pepperKey))?.['pepper'] as string | undefined;

  async function find(): Promise<string> {
    const found = await read();
    if (found) return found;
    const pepper = randomBytes(32).toString('base64url');
    if (await table.put({ ...pepperKey, pepper }, notExists)) return pepper;
    // Another was faster.
    return (await read()) ?? pepper;
  }

  let kept: Promise<string> | undefined;
  return () => {
    kept ??= find().catch((thrown: unknown) => {
      kept = undefined;
      throw thrown;
    });
    return kept;
  };
}
