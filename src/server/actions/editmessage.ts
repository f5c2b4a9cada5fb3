import type { Parts } from '../services.ts';
import { amend, byItsAuthor } from './amend-message.ts';
import type { Call } from './context.ts';

/** Gives the author's own message another text. */
export async function editmessage(call: Call<'editmessage'>, parts: Parts) {
  const { seq: target, message } = call.request;
  return amend(call, parts, { type: 'edited', target, message }, byItsAuthor);
}
