import { defaultRoom } from '../schemas/fields.ts';
import type { Call } from './call.ts';
import { commit } from './commit.ts';
import type { Parts } from './parts.ts';
import type { Draft } from './store/rows.ts';

/** The actions that are about a message that stands. */
type Amendment = 'editmessage' | 'deletemessage' | 'react';

/** Who may do it. */
type Right = 'author' | 'member';

/** What editing, deleting and reacting have in common: a message that stands, and a right to it. */
export async function amend(
  { request, connection }: Call<Amendment>,
  parts: Parts,
  draft: Draft<'edited' | 'deleted' | 'reaction'>,
  right: Right,
) {
  const { id, room = defaultRoom } = request;
  const { target } = draft;
  const message = await parts.store.messages.find(room, target);
  const stands = message && message.deletedAt === undefined;
  const allowed = right === 'member' || message?.from.userId === connection.userId;
  const refusal = !stands ? 'not_found' : !allowed ? 'forbidden' : undefined;
  const event = await commit({ connection, room, draft, id, refusal }, parts);
  return { room, seq: event.seq, target: event.target };
}
