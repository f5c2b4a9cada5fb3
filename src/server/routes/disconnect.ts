import type { GatewayEvent, GatewayReply } from '../gateway-event.ts';
import type { Parts } from '../services.ts';

/** Removes everything of a connection. The gateway does its best to call this, and no more. */
export async function disconnect(event: GatewayEvent, { presence }: Parts): Promise<GatewayReply> {
  await presence.close(event.requestContext.connectionId);
  return { statusCode: 200 };
}
