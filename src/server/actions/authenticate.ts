import { ChatError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { ActionContext } from './context.ts';

/**
 * Extends a connection until the expiry of a new token of the same user. The user's id and name stay
 * as they are.
 */
export async function authenticate(
  { request, connection }: ActionContext<'authenticate'>,
  services: Services,
) {
  const { authenticator, store } = services;
  const { connectionId, userId, name } = connection;
  const verified = await authenticator.verifyToken(request.token);
  if (verified.userId !== userId) throw new ChatError('forbidden');
  const isExtended = await store.connections.extend(connectionId, verified.expiresAt);
  if (!isExtended) throw new ChatError('unauthenticated');
  return { userId, name, expiresAt: new Date(verified.expiresAt).toISOString() };
}
