import type { MiddlewareObj } from '@middy/core';
import { type ErrorCode, type ErrorFrame, errors } from '../../../schemas/errors.ts';
import { requestId } from '../../../schemas/fields.ts';
import { asChatError, type ChatError } from '../errors.ts';
import type { GatewayEvent, GatewayReply } from '../gateway-event.ts';
import { frameOf } from '../lib/frame.ts';

/** `$connect` alone is answered by status: the handshake fails with it. */
const statuses: Partial<Record<ErrorCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  unavailable: 503,
};

const idPattern = new RegExp(requestId.pattern, 'u');

/**
 * Decides, for whatever was thrown, what the client sees. A message is answered with 200 and the
 * error frame, because the gateway replaces the body of a failed invocation by its own.
 */
export function report(): MiddlewareObj<GatewayEvent> {
  return {
    onError: (request) => {
      const { event, context } = request;
      const error = asChatError(request.error);
      request.response =
        event.requestContext.eventType === 'MESSAGE'
          ? {
              statusCode: 200,
              body: frameOf(frame(error, event.body, context.awsRequestId)),
            }
          : refusal(error);
    },
  };
}

function refusal({ code }: ChatError): GatewayReply {
  return { statusCode: statuses[code] ?? 500 };
}

function frame({ code, extras }: ChatError, body: unknown, awsRequestId: string): ErrorFrame {
  const { when, retryable } = errors[code];
  const message = code === 'internal' ? `${when} Request id: ${awsRequestId}` : when;
  return { type: 'error', ...addressee(body), code, message, retryable, ...extras };
}

/** The request's own `action` and `id`, as far as it had any that are fit to be repeated. */
function addressee(body: unknown): Pick<ErrorFrame, 'action' | 'id'> {
  const { action, id }: { action?: unknown; id?: unknown } = Object(parsed(body));
  return {
    ...(typeof action === 'string' && action.length <= 64 && { action }),
    ...(typeof id === 'string' && idPattern.test(id) && { id }),
  };
}

/** The body as JSON, where it was refused before that was read. */
function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
