import { randomBytes } from 'node:crypto';
import { defaultRoom } from '../../../schemas/fields.ts';
import type { Parts } from '../services.ts';
import { commit } from './commit-event.ts';
import type { Call } from './context.ts';

/** Stores a message, then delivers it to the room, then acks it. */
export async function sendmessage({ request, connection }: Call<'sendmessage'>, parts: Parts) {
  const { id, room = defaultRoom, message, replyTo } = request;
  const isReply = replyTo !== undefined;
  const answersNothing = isReply && !(await parts.store.messages.find(room, replyTo));
  const draft = {
    type: 'message',
    id: id ?? randomBytes(12).toString('base64url'),
    message,
    ...(isReply && { replyTo }),
  } as const;
  const refusal = answersNothing ? 'not_found' : undefined;
  const { seq, sentAt } = await commit({ connection, room, draft, id, refusal }, parts);
  return { room, seq, sentAt };
}
