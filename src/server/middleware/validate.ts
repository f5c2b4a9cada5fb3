import type { MiddlewareObj } from '@middy/core';
import { isAction, type Request } from '../../../schemas/index.ts';
import validators from '../../generated/validators.cjs';
import { validationError } from '../errors.ts';
import type { GatewayEvent } from '../gateway-event.ts';

/**
 * Validates a message against the schema of its action. Afterwards the request is typed and is not
 * checked again. A message with an unknown action gets no `request`.
 */
export function validate(): MiddlewareObj<GatewayEvent> {
  return {
    before: ({ event }) => {
      const { eventType, routeKey } = event.requestContext;
      if (eventType !== 'MESSAGE' || !isAction(routeKey)) return;
      const validator = validators[routeKey];
      if (!validator(event.body)) throw validationError(validator.errors);
      event.request = event.body as Request;
    },
  };
}
