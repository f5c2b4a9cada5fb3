import type { ErrorCode } from '../../../schemas/errors.ts';
import { defaultRoom } from '../../../schemas/fields.ts';
import type { Services } from '../services.ts';
import type { NewEvent } from '../store/event-rows.ts';
import type { MessageToAmend } from '../store/messages.ts';
import { commitEvent } from './commit-event.ts';
import type { ActionContext } from './context.ts';

/** The actions on a message that exists. */
type AmendAction = 'editmessage' | 'deletemessage' | 'react';

/** Decides whether the user may amend the message. */
type Permission = (
  message: MessageToAmend,
  context: ActionContext<AmendAction>,
) => boolean | Promise<boolean>;

/** The pauses between looks at a message that is being deleted, in milliseconds. A deletion takes a few calls. */
const pausesMs = [50, 100, 200, 400, 800];

/** Commits an edit, a deletion or a reaction, if the message exists and the user is permitted. */
export async function amendMessage(
  context: ActionContext<AmendAction>,
  services: Services,
  newEvent: NewEvent<'edited' | 'deleted' | 'reaction'>,
  isPermitted: Permission,
) {
  const { request, connection } = context;
  const { id, room = defaultRoom } = request;
  const { type, target } = newEvent;
  const check = async (): Promise<ErrorCode | undefined> => {
    // A deletion does not wait for others: the mark may be that of its own first attempt.
    const canWait = type !== 'deleted';
    const message = await findMessage(services, room, target, canWait ? pausesMs : []);
    if (!message || message.deletedAt !== undefined) return 'not_found';
    if (message.isBeingDeleted && canWait) return 'unavailable';
    return (await isPermitted(message, context)) ? undefined : 'forbidden';
  };
  const event = await commitEvent({ connection, room, newEvent, id, check }, services);
  return { room, seq: event.seq, target: event.target };
}

/** Finds a message. While it is being deleted, looks again after each pause. */
async function findMessage(
  { store, pause }: Services,
  room: string,
  seq: number,
  pauses: readonly number[],
): Promise<MessageToAmend | undefined> {
  for (const ms of pauses) {
    const message = await store.messages.find(room, seq);
    if (!message?.isBeingDeleted) return message;
    await pause(ms);
  }
  return store.messages.find(room, seq);
}

/** Permits only the author of the message. */
export const isAuthor: Permission = ({ from }, { connection }) => from.userId === connection.userId;
