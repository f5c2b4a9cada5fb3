import { defaultRoom } from '../../../schemas/fields.ts';
import type { Parts } from '../services.ts';
import type { Call } from './context.ts';

/** Tells the room, and nobody else ever: it is not stored. */
export async function typing({ request, connection }: Call<'typing'>, { broadcast }: Parts) {
  const { room = defaultRoom, typing } = request;
  const { userId, name, connectionId } = connection;
  const from = { userId, name };
  await broadcast({ type: 'typing', room, from, typing }, { except: connectionId });
  return { room };
}
