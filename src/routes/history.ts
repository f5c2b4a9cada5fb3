import { defaultRoom } from '../../schemas/fields.ts';
import type { Call } from '../call.ts';
import type { Parts } from '../parts.ts';

const defaultLimit = 50;

/** Pages through a room's messages as they now stand. */
export async function history({ request }: Call<'history'>, { store }: Parts) {
  const { room = defaultRoom, before, after, limit = defaultLimit } = request;
  const page = {
    limit,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  };
  return { room, ...(await store.messages.page(room, page)) };
}
