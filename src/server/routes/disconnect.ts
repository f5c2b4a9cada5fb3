import type { GatewayEvent, GatewayResult } from '../gateway-event.ts';
import type { Services } from '../services.ts';

/** Removes everything of a connection. The gateway does its best to call this, and no more. */
export async function disconnect(
  event: GatewayEvent,
  { presence }: Services,
): Promise<GatewayResult> {
  await presence.close(event.requestContext.connectionId);
  return { statusCode: 200 };
}
