import type { MiddlewareObj } from '@middy/core';
import type { GatewayEvent } from '../gateway-event.ts';
import type { Services } from '../services.ts';

/** Counts every message, valid or not, before anything else is done for it. */
export function rateLimit({
  rateLimiter,
}: Pick<Services, 'rateLimiter'>): MiddlewareObj<GatewayEvent> {
  return {
    before: async ({ event: { requestContext } }) => {
      const { eventType, connectionId } = requestContext;
      if (eventType === 'MESSAGE') await rateLimiter.consume(connectionId);
    },
  };
}
