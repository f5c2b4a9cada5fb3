import type { Services } from '../services.ts';
import { amendMessage, isAuthor } from './amend-message.ts';
import type { ActionContext } from './context.ts';

/** Deletes a message, for its author. Marks the message before the deletion takes a seq. */
export async function deletemessage(context: ActionContext<'deletemessage'>, services: Services) {
  const { messages } = services.store;
  const newEvent = { type: 'deleted', target: context.request.seq } as const;
  let undo: (() => Promise<void>) | undefined;
  const ack = await amendMessage(context, services, newEvent, async (message) => {
    if (!(await isAuthor(message, context))) return false;
    if (undo) return true;
    const mark = await messages.markDeletion(message);
    undo = async () => mark && messages.removeMark(message, mark);
    return true;
  });
  // A client that reuses an id gets the ack of the deletion that had the id. This message remains.
  if (ack.target !== newEvent.target) await undo?.();
  return ack;
}
