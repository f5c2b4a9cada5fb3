import type { ErrorCode } from '../../../schemas/errors.ts';
import { defaultRoom } from '../../../schemas/fields.ts';
import type { Services } from '../services.ts';
import type { NewEvent } from '../store/event-rows.ts';
import type { MessageWithEmojis } from '../store/messages.ts';
import { commitEvent } from './commit-event.ts';
import type { ActionContext } from './context.ts';

/** The actions on a message that exists. */
type AmendAction = 'editmessage' | 'deletemessage' | 'react';

/** Decides whether the user may amend the message. */
type Permission = (
  message: MessageWithEmojis,
  context: ActionContext<AmendAction>,
) => boolean | Promise<boolean>;

/** Commits an edit, a deletion or a reaction, if the message exists and the user is permitted. */
export async function amendMessage(
  context: ActionContext<AmendAction>,
  services: Services,
  newEvent: NewEvent<'edited' | 'deleted' | 'reaction'>,
  isPermitted: Permission,
) {
  const { request, connection } = context;
  const { id, room = defaultRoom } = request;
  const check = async (): Promise<ErrorCode | undefined> => {
    const message = await services.store.messages.find(room, newEvent.target);
    if (!message || message.deletedAt !== undefined) return 'not_found';
    return (await isPermitted(message, context)) ? undefined : 'forbidden';
  };
  const event = await commitEvent({ connection, room, newEvent, id, check }, services);
  return { room, seq: event.seq, target: event.target };
}

/** Permits only the author of the message. */
export const isAuthor: Permission = ({ from }, { connection }) => from.userId === connection.userId;
