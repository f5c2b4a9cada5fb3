import { defineSchema } from './define.ts';
import { requestId, roomId } from './fields.ts';
import type { Infer } from './types.ts';

/** The meaning of an error code for a client. */
export interface ErrorPolicy {
  /** The cause, and a remedy if there is one: the `message` of the error frame. */
  readonly description: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
}

const codes = [
  'malformed',
  'unknown_action',
  'invalid',
  'unauthenticated',
  'forbidden',
  'not_member',
  'not_found',
  'rate_limited',
  'unavailable',
  'internal',
] as const;

/** The reason why the server failed a request. */
export type ErrorCode = (typeof codes)[number];

/** The table of errors: the meaning of each code, and whether to retry. */
export const errors: Readonly<Record<ErrorCode, ErrorPolicy>> = {
  malformed: {
    description: 'The frame is binary or is not a UTF-8 JSON object. Send one JSON object as text.',
    retryable: false,
  },
  unknown_action: {
    description: 'The action does not exist. Use an action of the protocol.',
    retryable: false,
  },
  invalid: {
    description: 'The request breaks its schema. Correct the fields that `details` lists.',
    retryable: false,
  },
  unauthenticated: {
    description:
      'The token is rejected or expired, or the connection is unknown. Authenticate or connect again.',
    retryable: false,
  },
  forbidden: {
    description:
      'You are not allowed to do this, or a limit is reached. Do not resend the same request.',
    retryable: false,
  },
  not_member: {
    description: 'The connection is not in that room. Join the room first.',
    retryable: false,
  },
  not_found: {
    description: 'The message or room does not exist. Check the room and the `seq` of the message.',
    retryable: false,
  },
  rate_limited: {
    description: 'Too many requests. Retry after `retryAfterMs` milliseconds.',
    retryable: true,
  },
  unavailable: {
    description:
      'A service that the server depends on failed or was slow. Retry with the same `id`.',
    retryable: true,
  },
  internal: {
    description: 'The server failed unexpectedly. Retry, or give the request id to the operator.',
    retryable: true,
  },
};

/** Creates an example: the answer to `{"action":"sendmessage","id":"a1","room":"tea",…}` with this error. */
function createErrorExample(code: ErrorCode) {
  const { description: message, retryable } = errors[code];
  const request = { action: 'sendmessage', id: 'a1', room: 'tea' } as const;
  return { type: 'error', ...request, code, message, retryable } as const;
}

/** The frame that answers a request which failed. */
export const errorFrame = defineSchema(
  {
    type: 'object',
    additionalProperties: false,
    required: ['type', 'code', 'message', 'retryable'],
    properties: {
      type: { const: 'error' },
      action: {
        type: 'string',
        description: 'what the request called for, as far as it could be read',
        maxLength: 64,
      },
      id: requestId,
      room: {
        ...roomId,
        description: 'the room that the request named, or the default room if it may omit it',
      },
      code: {
        description: 'why it failed; take one that you do not know by `retryable`',
        enum: codes,
      },
      message: { type: 'string', description: 'the same for people' },
      retryable: {
        type: 'boolean',
        description: 'whether sending the same request again, later, may help',
      },
      reason: {
        type: 'string',
        description: 'with `forbidden`: `full` if the room is full',
      },
      details: {
        type: 'array',
        description: 'with `invalid`: what breaks the schema',
        items: {
          type: 'object',
          title: 'Violation',
          description: 'a rule of the schema that the request breaks',
          additionalProperties: false,
          required: ['path', 'rule', 'message'],
          properties: {
            path: { type: 'string', description: 'JSON pointer into the request' },
            rule: { type: 'string', description: 'the JSON Schema keyword that was broken' },
            message: { type: 'string', description: 'the same for people' },
          },
        },
      },
      retryAfterMs: {
        type: 'integer',
        description: 'how many milliseconds to wait before the next try',
        minimum: 0,
      },
      connection: {
        type: 'object',
        title: 'ConnectionInfo',
        description: 'with `unknown_action` only: what the gateway knows of this connection',
        additionalProperties: false,
        required: ['connectionId', 'connectedAt', 'sourceIp', 'userAgent'],
        properties: {
          connectionId: { type: 'string', description: 'how the gateway calls it' },
          connectedAt: { type: 'string', description: 'since when, in ISO 8601' },
          sourceIp: { type: 'string', description: 'where it comes from' },
          userAgent: { type: 'string', description: 'what it said it was; empty where it did not' },
        },
      },
    },
  },
  [
    { type: 'error', code: 'malformed', message: errors.malformed.description, retryable: false },
    {
      type: 'error',
      action: 'nope',
      id: 'a1',
      code: 'unknown_action',
      message: errors.unknown_action.description,
      retryable: false,
      connection: {
        connectionId: 'bZYNAdtjNjMCKCw=',
        connectedAt: '2026-11-22T09:30:00.000Z',
        sourceIp: '192.0.2.1',
        userAgent: '',
      },
    },
    {
      ...createErrorExample('invalid'),
      details: [{ path: '', rule: 'required', message: "must have required property 'message'" }],
    },
    createErrorExample('unauthenticated'),
    { ...createErrorExample('forbidden'), action: 'joinroom', reason: 'full' },
    createErrorExample('not_member'),
    createErrorExample('not_found'),
    { ...createErrorExample('rate_limited'), retryAfterMs: 1200 },
    createErrorExample('unavailable'),
    createErrorExample('internal'),
  ],
);

/** An error frame, as a client receives it. */
export type ErrorFrame = Infer<typeof errorFrame>;
