import type { Call } from './context.ts';

/** Tells whom the events of this connection are from. */
export async function identity({ connection: { userId, name } }: Call<'identity'>) {
  return { userId, name };
}
