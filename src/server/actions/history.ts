import { defaultRoom } from '../../../schemas/fields.ts';
import { takeFitting } from '../lib/fit-frame.ts';
import type { Services } from '../services.ts';
import type { ActionContext } from './context.ts';

const defaultLimit = 50;

/** Returns a page of the messages of a room in their current state. */
export async function history({ request }: ActionContext<'history'>, { store }: Services) {
  const { room = defaultRoom, before, after, limit = defaultLimit } = request;
  const page = {
    limit,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  };
  const { messages, more } = await store.messages.page(room, page);
  const shown = takeFitting(messages, after === undefined ? 'end' : 'beginning');
  return { room, messages: shown, more: more || shown.length < messages.length };
}
