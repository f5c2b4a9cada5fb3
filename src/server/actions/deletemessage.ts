import type { Services } from '../services.ts';
import { amendMessage, isAuthor } from './amend-message.ts';
import type { ActionContext } from './context.ts';

/** Deletes a message, for its author. Marks the message before the deletion takes a seq. */
export async function deletemessage(context: ActionContext<'deletemessage'>, services: Services) {
  const newEvent = { type: 'deleted', target: context.request.seq } as const;
  let isMarked = false;
  return amendMessage(context, services, newEvent, async (message) => {
    if (!(await isAuthor(message, context))) return false;
    if (!isMarked) await services.store.messages.markDeletion(message);
    isMarked = true;
    return true;
  });
}
