import type { GatewayEvent, GatewayResult } from '../gateway-event.ts';
import type { Services } from '../services.ts';

/** Removes every row of a connection. The gateway calls this on a best-effort basis. */
export async function disconnect(
  event: GatewayEvent,
  { presence }: Services,
): Promise<GatewayResult> {
  await presence.close(event.requestContext.connectionId);
  return { statusCode: 200 };
}
