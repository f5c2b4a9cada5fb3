import { ChatError } from '../errors.ts';
import type { GatewayEvent } from '../gateway-event.ts';

/**
 * Answers a message that names no action, telling what the gateway knows of its connection, as the
 * tutorial's default route does. It stands in the request context, so no call is made for it.
 */
export function unknownAction({ requestContext }: GatewayEvent): never {
  const { connectionId, connectedAt, identity } = requestContext;
  throw new ChatError('unknown_action', {
    connection: {
      connectionId,
      connectedAt: new Date(connectedAt).toISOString(),
      sourceIp: identity.sourceIp,
      userAgent: identity.userAgent ?? '',
    },
  });
}
