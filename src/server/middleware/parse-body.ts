import type { MiddlewareObj } from '@middy/core';
import jsonBodyParser from '@middy/http-json-body-parser';
import { ChatError } from '../errors.ts';
import type { GatewayEvent } from '../gateway-event.ts';

/** middy's parser refuses `__proto__` keys by this message; everything else it refuses is no JSON. */
const forbiddenKey = 'Forbidden key in JSON body';

/**
 * Turns the body of a message into the JSON object it must be. A lone surrogate becomes U+FFFD, as
 * it would on its way through the table, so that what is stored and what is pushed are the same.
 *
 * AWS closes on a binary frame; the local stack hands it on as a Buffer.
 */
export function parseBody(): MiddlewareObj<GatewayEvent> {
  const { before } = jsonBodyParser({
    disableContentTypeCheck: true,
    reviver: (_key: string, value: unknown) =>
      typeof value === 'string' ? value.toWellFormed() : value,
  });
  return {
    before: (request) => {
      const { event } = request;
      if (event.requestContext.eventType !== 'MESSAGE') return;
      if (typeof event.body !== 'string' || event.isBase64Encoded) throw new ChatError('malformed');
      const text = event.body;
      try {
        before?.(request as never);
      } catch (cause) {
        if (!(cause instanceof Error) || cause.message !== forbiddenKey) {
          throw new ChatError('malformed', {}, cause);
        }
        // It is JSON all the same: the schema will refuse the key, and say so.
        event.body = JSON.parse(text);
      }
      if (typeof event.body !== 'object' || event.body === null || Array.isArray(event.body)) {
        throw new ChatError('malformed');
      }
    },
  };
}
