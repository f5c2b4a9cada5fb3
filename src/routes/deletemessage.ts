import { amend, byItsAuthor } from '../amend.ts';
import type { Call } from '../call.ts';
import type { Parts } from '../parts.ts';

/** Takes the author's own message back. */
export async function deletemessage(call: Call<'deletemessage'>, parts: Parts) {
  return amend(call, parts, { type: 'deleted', target: call.request.seq }, byItsAuthor);
}
