import { randomBytes } from 'node:crypto';
import { defaultRoom } from '../../schemas/fields.ts';
import type { Call } from '../call.ts';
import type { Parts } from '../parts.ts';

/** Stores a message, then delivers it to the room, then acks it. */
export async function sendmessage({ request, connection }: Call<'sendmessage'>, parts: Parts) {
  const { room = defaultRoom, message, replyTo } = request;
  const id = request.id ?? randomBytes(12).toString('base64url');
  const draft = {
    type: 'message',
    id,
    message,
    ...(replyTo !== undefined && { replyTo }),
  } as const;
  const event = await parts.store.log.append(room, connection, draft, request.id);
  await parts.broadcast(room, event, connection.connectionId);
  return { room, seq: event.seq, sentAt: event.sentAt };
}
