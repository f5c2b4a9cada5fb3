import type { MiddlewareObj } from '@middy/core';
import { type ErrorCode, type ErrorFrame, errors } from '../../../schemas/errors.ts';
import { requestId } from '../../../schemas/fields.ts';
import { type ChatError, toChatError } from '../errors.ts';
import type { GatewayEvent, GatewayResult } from '../gateway-event.ts';
import { encodeFrame } from '../lib/frame.ts';

/** `$connect` alone is answered by status: the handshake fails with it. */
const connectStatus: Partial<Record<ErrorCode, number>> = {
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
export function errorResponse(): MiddlewareObj<GatewayEvent> {
  return {
    onError: (request) => {
      const { event, context } = request;
      const error = toChatError(request.error);
      request.response =
        event.requestContext.eventType === 'MESSAGE'
          ? {
              statusCode: 200,
              body: encodeFrame(toErrorFrame(error, event.body, context.awsRequestId)),
            }
          : toStatus(error);
    },
  };
}

function toStatus({ code }: ChatError): GatewayResult {
  return { statusCode: connectStatus[code] ?? 500 };
}

function toErrorFrame(
  { code, fields }: ChatError,
  body: unknown,
  awsRequestId: string,
): ErrorFrame {
  const { description, retryable } = errors[code];
  const message = code === 'internal' ? `${description} Request id: ${awsRequestId}` : description;
  return { type: 'error', ...correlationOf(body), code, message, retryable, ...fields };
}

/** The request's own `action` and `id`, as far as it had any that are fit to be repeated. */
function correlationOf(body: unknown): Pick<ErrorFrame, 'action' | 'id'> {
  const { action, id }: { action?: unknown; id?: unknown } = Object(tryParse(body));
  return {
    ...(typeof action === 'string' && action.length <= 64 && { action }),
    ...(typeof id === 'string' && idPattern.test(id) && { id }),
  };
}

/** The body as JSON, where it was refused before that was read. */
function tryParse(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
