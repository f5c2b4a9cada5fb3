import type { MiddlewareObj } from '@middy/core';
import jsonBodyParser from '@middy/http-json-body-parser';
import { ChatError } from '../errors.ts';
import type { GatewayEvent } from '../gateway-event.ts';
import { isRecord } from '../lib/is-record.ts';
import { parseJson } from '../lib/parse-json.ts';

/**
 * Parses the body of a message, which must be a JSON object. The table makes
 * U+FFFD of a lone surrogate. The parser does so first, so that pushed and stored events are equal.
 *
 * AWS closes the connection on a binary frame. The local gateway passes it on as a Buffer.
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
      const text = event.body;
      if (typeof text !== 'string' || event.isBase64Encoded) throw new ChatError('malformed');
      try {
        before?.(request as never);
      } catch {
        // middy also refuses a `__proto__` key, and JSON too deep for its reviver. The schema decides.
        event.body = parseJson(text);
      }
      if (!isRecord(event.body) || Array.isArray(event.body)) throw new ChatError('malformed');
    },
  };
}
