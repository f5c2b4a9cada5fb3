import type { Services } from '../services.ts';
import type { ActionContext } from './context.ts';

/** Removes the connection from a room. */
export async function leaveroom(
  { request, connection }: ActionContext<'leaveroom'>,
  { presence }: Services,
) {
  await presence.leave(connection, request.room);
  return { room: request.room };
}
