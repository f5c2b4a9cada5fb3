import type { Parts } from '../services.ts';
import { amend, byItsAuthor } from './amend-message.ts';
import type { Call } from './context.ts';

/** Takes the author's own message back. */
export async function deletemessage(call: Call<'deletemessage'>, parts: Parts) {
  return amend(call, parts, { type: 'deleted', target: call.request.seq }, byItsAuthor);
}
