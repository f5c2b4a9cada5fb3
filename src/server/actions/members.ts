import { defaultRoom } from '../../../schemas/fields.ts';
import type { Parts } from '../services.ts';
import type { Call } from './context.ts';

/** Lists who is in a room, a page at a time. */
export async function members({ request }: Call<'members'>, { store }: Parts) {
  const { room = defaultRoom, cursor } = request;
  return { room, ...(await store.members.page(room, cursor)) };
}
