import { defaultRoom } from '../../../schemas/fields.ts';
import type { Parts } from '../services.ts';
import type { Draft } from '../store/event-rows.ts';
import type { FoundMessage } from '../store/messages.ts';
import { commit } from './commit-event.ts';
import type { Call } from './context.ts';

/** The actions that are about a message that stands. */
type Amendment = 'editmessage' | 'deletemessage' | 'react';

/** Whether this may be done to that message. */
type Right = (message: FoundMessage, call: Call<Amendment>) => boolean | Promise<boolean>;

/** What editing, deleting and reacting have in common: a message that stands, and a right to it. */
export async function amend(
  call: Call<Amendment>,
  parts: Parts,
  draft: Draft<'edited' | 'deleted' | 'reaction'>,
  right: Right,
) {
  const { request, connection } = call;
  const { id, room = defaultRoom } = request;
  const message = await parts.store.messages.find(room, draft.target);
  const stands = message && message.deletedAt === undefined;
  const allowed = stands && (await right(message, call));
  const refusal = !stands ? 'not_found' : !allowed ? 'forbidden' : undefined;
  const event = await commit({ connection, room, draft, id, refusal }, parts);
  return { room, seq: event.seq, target: event.target };
}

/** The right of whoever wrote the message. */
export const byItsAuthor: Right = ({ from }, { connection }) => from.userId === connection.userId;
