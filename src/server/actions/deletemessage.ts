import type { Services } from '../services.ts';
import { amendMessage, isAuthor } from './amend-message.ts';
import type { ActionContext } from './context.ts';

/** Deletes a message, for its author. */
export async function deletemessage(context: ActionContext<'deletemessage'>, services: Services) {
  return amendMessage(
    context,
    services,
    { type: 'deleted', target: context.request.seq },
    isAuthor,
  );
}
