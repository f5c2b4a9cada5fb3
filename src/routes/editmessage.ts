import { amend, byItsAuthor } from '../amend.ts';
import type { Call } from '../call.ts';
import type { Parts } from '../parts.ts';

/** Gives the author's own message another text. */
export async function editmessage(call: Call<'editmessage'>, parts: Parts) {
  const { seq: target, message } = call.request;
  return amend(call, parts, { type: 'edited', target, message }, byItsAuthor);
}
