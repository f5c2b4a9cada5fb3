import { actions, type Request } from '../../../schemas/index.ts';
import { dispatch } from '../../../src/server/actions/index.ts';
import type { GatewayEvent, GatewayResult } from '../../../src/server/gateway-event.ts';
import type { Services } from '../../../src/server/services.ts';

/**
 * Stands in for `src/server/handler.ts` in a bundle: the same routes on the same parts, without middy, without
 * a look at the schema, without a deadline. It trusts whatever it is sent.
 */
export function createRouter(parts: Services) {
  return async (event: GatewayEvent): Promise<GatewayResult> => {
    const request: Request = JSON.parse(String(event.body));
    const { action, id } = request;
    const { connectionId } = event.requestContext;
    const connection =
      actions[action].access === 'anyone'
        ? undefined
        : await parts.store.connections.find(connectionId);
    const result = await dispatch({ ...event, request, ...(connection && { connection }) }, parts);
    return { statusCode: 200, body: JSON.stringify({ type: 'ack', action, id, ...result }) };
  };
}
