import type { MiddlewareObj } from '@middy/core';
import type { Request } from '../../../schemas/index.ts';
import type { GatewayEvent, GatewayReply } from '../gateway-event.ts';
import { frameOf } from '../lib/frame.ts';

/**
 * Makes the ack of what a route returned. It goes out as the route response, which the gateway
 * sends on the same connection without a call of ours.
 */
export function reply(): MiddlewareObj<GatewayEvent> {
  return {
    after: (request) => {
      if (request.event.request) request.response = ack(request.event.request, request.response);
    },
  };
}

function ack({ action, id }: Request, result: object): GatewayReply {
  const frame = { type: 'ack', action, ...(id !== undefined && { id }), ...result };
  return { statusCode: 200, body: frameOf(frame) };
}
