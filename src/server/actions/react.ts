import type { Services } from '../services.ts';
import { amendMessage } from './amend-message.ts';
import type { ActionContext } from './context.ts';

/** Adds an emoji to a message, unless it has too many others, or removes it. */
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
