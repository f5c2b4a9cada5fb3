import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { type ErrorCode, type ErrorFrame, errors } from '../../../schemas/errors.ts';
import { requestId } from '../../../schemas/fields.ts';
import { type ChatError, toChatError } from '../errors.ts';
import type { GatewayEvent, GatewayResult } from '../gateway-event.ts';
import { encodeFrame } from '../lib/frame.ts';
import { isRecord } from '../lib/is-record.ts';
import { parseJson } from '../lib/parse-json.ts';

/** The HTTP statuses of a refused `$connect`. */
const connectStatus: Partial<Record<ErrorCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  unavailable: 503,
};

const idPattern = new RegExp(requestId.pattern, 'u');

/** Answers a request that failed. */
export function errorResponse(): MiddlewareObj<GatewayEvent> {
  return {
    onError: (request) => {
      request.response = toErrorResult(request.error, request.event, request.context);
    },
  };
}

/**
 * Converts what was thrown into the reply. A message gets status 200 and an error frame: the gateway
 * replaces the body of a failed invocation.
 */
export function toErrorResult(
  thrown: unknown,
  { body, requestContext }: GatewayEvent,
  { awsRequestId }: Context,
): GatewayResult {
  const error = toChatError(thrown);
  if (requestContext.eventType !== 'MESSAGE') return { statusCode: toStatus(error) };
  return { statusCode: 200, body: encodeFrame(toErrorFrame(error, body, awsRequestId)) };
}

const toStatus = ({ code }: ChatError): number => connectStatus[code] ?? 500;

function toErrorFrame(
  { code, fields }: ChatError,
  body: unknown,
  awsRequestId: string,
): ErrorFrame {
  const { description, retryable } = errors[code];
  const message = code === 'internal' ? `${description} Request id: ${awsRequestId}` : description;
  return { type: 'error', ...correlationOf(body), code, message, retryable, ...fields };
}

/** Returns the `action` and `id` of a request, if they are fit to be repeated. */
function correlationOf(body: unknown): Pick<ErrorFrame, 'action' | 'id'> {
  const content = typeof body === 'string' ? parseJson(body) : body;
  if (!isRecord(content)) return {};
  const { action, id } = content;
  return {
    ...(typeof action === 'string' && action.length <= 64 && { action }),
    ...(typeof id === 'string' && idPattern.test(id) && { id }),
  };
}
