import { defaultRoom } from '../../../schemas/fields.ts';
import type { Services } from '../services.ts';
import type { ActionContext } from './context.ts';

/** Lists the users in a room, one page at a time. */
export async function members({ request }: ActionContext<'members'>, { store }: Services) {
  const { room = defaultRoom, cursor } = request;
  return { room, ...(await store.members.page(room, cursor)) };
}
