import type { ActionContext } from './context.ts';

/** Returns the user whom the events of this connection are from. */
export async function identity({ connection: { userId, name } }: ActionContext<'identity'>) {
  return { userId, name };
}
