import { ChatError } from '../errors.ts';
import type { Parts } from '../services.ts';
import type { Call } from './context.ts';

/**
 * Lets the connection's person stay for as long as another token of theirs says. Nothing else of
 * them changes: what they said and will say is from the same.
 */
export async function authenticate({ request, connection }: Call<'authenticate'>, parts: Parts) {
  const { authentication, store } = parts;
  const { connectionId, userId, name } = connection;
  const verified = await authentication.verify(request.token);
  if (verified.userId !== userId) throw new ChatError('forbidden');
  const isOpen = await store.connections.renew(connectionId, verified.expiresAt);
  if (!isOpen) throw new ChatError('unauthenticated');
  return { userId, name, expiresAt: new Date(verified.expiresAt).toISOString() };
}
