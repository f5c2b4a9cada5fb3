import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { type ErrorCode, type ErrorFrame, errors } from '../../../schemas/errors.ts';
import { defaultRoom, requestId, roomId } from '../../../schemas/fields.ts';
import { actions, isAction, type ObjectSchema } from '../../../schemas/index.ts';
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
  rate_limited: 429,
  unavailable: 503,
};

const idPattern = new RegExp(requestId.pattern, 'u');
const roomPattern = new RegExp(roomId.pattern, 'u');

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

/** Returns what the client finds its request by: each field that is fit to be repeated. */
function correlationOf(body: unknown): Pick<ErrorFrame, 'action' | 'id' | 'room'> {
  const content = typeof body === 'string' ? parseJson(body) : body;
  if (!isRecord(content)) return {};
  const { action, id } = content;
  const room = readRoom(content);
  return {
    ...(typeof action === 'string' && action.length <= 64 && { action }),
    ...(typeof id === 'string' && idPattern.test(id) && { id }),
    ...(typeof room === 'string' && roomPattern.test(room) && { room }),
  };
}

/** Returns the room of a request as its ack would name it. Requests with the same `id` differ by it. */
function readRoom({ action, room }: Readonly<Record<string, unknown>>): unknown {
  if (!isAction(action)) return undefined;
  const { properties = {}, required = [] } = actions[action].request.schema as ObjectSchema;
  if (!('room' in properties)) return undefined;
  return room === undefined && !required.includes('room') ? defaultRoom : room;
}
