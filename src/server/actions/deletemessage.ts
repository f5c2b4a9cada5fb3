import type { Services } from '../services.ts';
import { amendMessage, isAuthor } from './amend-message.ts';
import type { ActionContext } from './context.ts';

/** Takes the author's own message back. */
export async function deletemessage(context: ActionContext<'deletemessage'>, services: Services) {
  return amendMessage(
    context,
    services,
    { type: 'deleted', target: context.request.seq },
    isAuthor,
  );
}
