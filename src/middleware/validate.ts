import type { MiddlewareObj } from '@middy/core';
import { isAction, type Request } from '../../schemas/index.ts';
import { ChatError } from '../error.ts';
import type { GatewayEvent } from '../event.ts';
import validators, { type Validator } from '../generated/validators.cjs';

/** So many broken rules are told at once; a hostile frame could break thousands. */
const maxDetails = 8;

/** The `invalid` error that says what the validator's last call found. */
export function invalid(validator: Validator): ChatError {
  const details = (validator.errors ?? []).slice(0, maxDetails).map((violation) => ({
    path: violation.instancePath,
    rule: violation.keyword,
    message: violation.message ?? violation.keyword,
  }));
  return new ChatError('invalid', { details });
}

/**
 * Holds a message against the schema of the action that its route names. From here on the request
 * is typed and is not checked again. A route that names no action is left without a request: the
 * gateway says `$default` there, the local stack whatever the client wrote, even `$connect`.
 */
export function validate(): MiddlewareObj<GatewayEvent> {
  return {
    before: ({ event }) => {
      const { eventType, routeKey } = event.requestContext;
      if (eventType !== 'MESSAGE' || !isAction(routeKey)) return;
      const validator = validators[routeKey];
      if (!validator(event.body)) throw invalid(validator);
      event.request = event.body as Request;
    },
  };
}
