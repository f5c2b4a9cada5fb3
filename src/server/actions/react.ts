import type { Parts } from '../services.ts';
import { amend } from './amend-message.ts';
import type { Call } from './context.ts';

/** Puts an emoji on a message, unless there are too many others, or takes it off. */
export async function react(call: Call<'react'>, parts: Parts) {
  const { seq: target, emoji, on = true } = call.request;
  const draft = { type: 'reaction', target, emoji, on } as const;
  return amend(call, parts, draft, (message) => !on || parts.store.messages.admit(message, emoji));
}
