import { actions, type Request } from '../../../schemas/index.ts';
import type { ActionContext } from '../../../src/server/actions/context.ts';
import { handlers } from '../../../src/server/actions/index.ts';
import type { GatewayEvent, GatewayResult } from '../../../src/server/gateway-event.ts';
import type { Services } from '../../../src/server/services.ts';

type AnyHandler = (context: ActionContext, services: Services) => Promise<object>;

/**
 * Replaces `src/server/handler.ts` in a bundle: the same actions on the same services, without
 * middy, validation and deadline. It trusts every frame.
 */
export function createHandler(services: Services) {
  return async (event: GatewayEvent): Promise<GatewayResult> => {
    const request: Request = JSON.parse(String(event.body));
    const { action, id } = request;
    const { connectionId } = event.requestContext;
    const connection =
      actions[action].access === 'anyone'
        ? undefined
        : await services.store.connections.find(connectionId);
    const handle = handlers[action] as AnyHandler;
    const result = await handle({ request, connection } as ActionContext, services);
    return { statusCode: 200, body: JSON.stringify({ type: 'ack', action, id, ...result }) };
  };
}
