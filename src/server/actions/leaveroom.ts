import type { Parts } from '../services.ts';
import type { Call } from './context.ts';

/** Takes the connection out of a room. */
export async function leaveroom({ request, connection }: Call<'leaveroom'>, { presence }: Parts) {
  await presence.leave(connection, request.room);
  return { room: request.room };
}
