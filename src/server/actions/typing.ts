import { defaultRoom } from '../../../schemas/fields.ts';
import type { Services } from '../services.ts';
import type { ActionContext } from './context.ts';

/** Broadcasts that the user types, or stopped. The event is not stored. */
export async function typing(
  { request, connection }: ActionContext<'typing'>,
  { broadcast }: Services,
) {
  const { room = defaultRoom, typing } = request;
  const { userId, name, connectionId } = connection;
  const from = { userId, name };
  await broadcast({ type: 'typing', room, from, typing }, { exclude: connectionId });
  return { room };
}
