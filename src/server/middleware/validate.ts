import type { MiddlewareObj } from '@middy/core';
import { isAction, type Request } from '../../../schemas/index.ts';
import validators, { type Validator, type Violation } from '../../generated/validators.cjs';
import { ChatError } from '../errors.ts';
import type { GatewayEvent } from '../gateway-event.ts';

/** So many broken rules are told at once; a hostile frame could break thousands. */
const maxDetails = 8;

/** The `invalid` error that says what the validator's last call found. */
export function validationError(validator: Validator): ChatError {
  const details = (validator.errors ?? []).slice(0, maxDetails).map((violation) => ({
    path: violationPath(violation),
    rule: violation.keyword,
    message: violation.message ?? violation.keyword,
  }));
  return new ChatError('invalid', { details });
}

/** Where a rule is broken: for a field that has no business there, the field itself. */
function violationPath({ instancePath, params }: Violation): string {
  const { additionalProperty } = params;
  if (typeof additionalProperty !== 'string') return instancePath;
  const pointer = additionalProperty.replaceAll('~', '~0').replaceAll('/', '~1');
  return `${instancePath}/${pointer.slice(0, 64)}`;
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
      if (!validator(event.body)) throw validationError(validator);
      event.request = event.body as Request;
    },
  };
}
