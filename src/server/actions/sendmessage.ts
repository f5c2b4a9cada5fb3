import { randomBytes } from 'node:crypto';
import { defaultRoom } from '../../../schemas/fields.ts';
import type { Services } from '../services.ts';
import { commitEvent } from './commit-event.ts';
import type { ActionContext } from './context.ts';

/** Stores a message and broadcasts it. The ack follows. */
export async function sendmessage(
  { request, connection }: ActionContext<'sendmessage'>,
  services: Services,
) {
  const { id, room = defaultRoom, message, replyTo } = request;
  const isReply = replyTo !== undefined;
  const newEvent = {
    type: 'message',
    id: id ?? randomBytes(12).toString('base64url'),
    message,
    ...(isReply && { replyTo }),
  } as const;
  const check = isReply
    ? async () => ((await services.store.messages.find(room, replyTo)) ? undefined : 'not_found')
    : undefined;
  const { seq, sentAt } = await commitEvent({ connection, room, newEvent, id, check }, services);
  return { room, seq, sentAt };
}
