import type { Services } from '../services.ts';
import { amendMessage, isAuthor } from './amend-message.ts';
import type { ActionContext } from './context.ts';

/** Gives the author's own message another text. */
export async function editmessage(context: ActionContext<'editmessage'>, services: Services) {
  const { seq: target, message } = context.request;
  return amendMessage(context, services, { type: 'edited', target, message }, isAuthor);
}
