import type { MiddlewareObj } from '@middy/core';
import type { Request } from '../../../schemas/index.ts';
import type { GatewayEvent, GatewayResult } from '../gateway-event.ts';
import { encodeFrame } from '../lib/frame.ts';

/**
 * Makes the ack of what an action returned. It goes out as the route response, which the gateway
 * sends on the same connection without a further call.
 */
export function sendAck(): MiddlewareObj<GatewayEvent> {
  return {
    after: (invocation) => {
      const { event, response } = invocation;
      if (event.request) invocation.response = toAck(event.request, response);
    },
  };
}

function toAck({ action, id }: Request, result: object): GatewayResult {
  const frame = { type: 'ack', action, ...(id !== undefined && { id }), ...result };
  return { statusCode: 200, body: encodeFrame(frame) };
}
