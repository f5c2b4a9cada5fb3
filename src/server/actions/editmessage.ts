import type { Services } from '../services.ts';
import { amendMessage, isAuthor } from './amend-message.ts';
import type { ActionContext } from './context.ts';

/** Replaces the text of a message, for its author. */
export async function editmessage(context: ActionContext<'editmessage'>, services: Services) {
  const { seq: target, message } = context.request;
  return amendMessage(context, services, { type: 'edited', target, message }, isAuthor);
}
