import type { Services } from '../services.ts';
import { amendMessage } from './amend-message.ts';
import type { ActionContext } from './context.ts';

/** Puts an emoji on a message, unless there are too many others, or takes it off. */
export async function react(context: ActionContext<'react'>, services: Services) {
  const { seq: target, emoji, on = true } = context.request;
  const newEvent = { type: 'reaction', target, emoji, on } as const;
  return amendMessage(
    context,
    services,
    newEvent,
    (message) => !on || services.store.messages.reserveEmoji(message, emoji),
  );
}
