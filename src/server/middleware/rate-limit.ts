import type { MiddlewareObj } from '@middy/core';
import type { GatewayEvent } from '../gateway-event.ts';
import type { Parts } from '../services.ts';

/** Counts every frame, whatever is in it, before anything else is done for it. */
export function limit({ throttle }: Pick<Parts, 'throttle'>): MiddlewareObj<GatewayEvent> {
  return {
    before: async ({ event: { requestContext } }) => {
      const { eventType, connectionId } = requestContext;
      if (eventType === 'MESSAGE') await throttle.count(connectionId);
    },
  };
}
