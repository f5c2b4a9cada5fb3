import { ChatError } from '../errors.ts';
import type { GatewayEvent } from '../gateway-event.ts';

/**
 * Answers a message with an unknown action. The answer contains the gateway's facts about the
 * connection, as in the tutorial. They are in the request context, so this makes no call.
 */
export async function unknownAction({ requestContext }: GatewayEvent): Promise<never> {
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
