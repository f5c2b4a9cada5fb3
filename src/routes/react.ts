import { amend } from '../amend.ts';
import type { Call } from '../call.ts';
import type { Parts } from '../parts.ts';

/** Puts an emoji on a message, or takes it off. */
export async function react(call: Call<'react'>, parts: Parts) {
  const { seq: target, emoji, on = true } = call.request;
  return amend(call, parts, { type: 'reaction', target, emoji, on }, 'member');
}
