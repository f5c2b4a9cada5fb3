import { contract, type TypeOf } from './contract.ts';
import { requestId } from './fields.ts';

/** What a client should know of an error code. */
export interface ErrorPolicy {
  /** When the server answers with it. */
  readonly when: string;
  /** Whether sending the same request again, later, may help. */
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

/** Why a request failed. */
export type ErrorCode = (typeof codes)[number];

/** The one table of errors: what each code means and whether to try again. */
export const errors: Readonly<Record<ErrorCode, ErrorPolicy>> = {
  malformed: { when: 'The frame is no JSON object in UTF-8, or it is binary.', retryable: false },
  unknown_action: { when: 'There is no such action.', retryable: false },
  invalid: { when: 'The request breaks its schema; `details` says where.', retryable: false },
  unauthenticated: {
    when: 'The connection is not, or no longer, known: connect again.',
    retryable: false,
  },
  forbidden: { when: 'The person is known, but may not do this.', retryable: false },
  not_member: { when: 'The connection is not in that room.', retryable: false },
  not_found: { when: 'There is no such message or room.', retryable: false },
  rate_limited: { when: 'Too many requests; wait `retryAfterMs`.', retryable: true },
  unavailable: { when: 'Something the server depends on failed or was slow.', retryable: true },
  internal: { when: 'Anything else; the operator finds the request id.', retryable: true },
};

/** The frame that answers a request which failed. */
export const errorFrame = contract(
  {
    type: 'object',
    additionalProperties: false,
    required: ['type', 'code', 'message', 'retryable'],
    properties: {
      type: { const: 'error' },
      action: { type: 'string', maxLength: 64 },
      id: requestId,
      code: { enum: codes },
      message: { type: 'string' },
      retryable: { type: 'boolean' },
      details: {
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['path', 'rule', 'message'],
          properties: {
            path: { type: 'string', description: 'JSON pointer into the request' },
            rule: { type: 'string', description: 'the JSON Schema keyword that was broken' },
            message: { type: 'string' },
          },
        },
      },
      retryAfterMs: { type: 'integer', minimum: 0 },
      connection: {
        type: 'object',
        description: 'with `unknown_action` only: what the gateway knows of this connection',
        additionalProperties: false,
        required: ['connectionId', 'connectedAt', 'sourceIp', 'userAgent'],
        properties: {
          connectionId: { type: 'string' },
          connectedAt: { type: 'string' },
          sourceIp: { type: 'string' },
          userAgent: { type: 'string' },
        },
      },
    },
  },
  [
    {
      type: 'error',
      action: 'sendmessage',
      id: 'a1',
      code: 'invalid',
      message: 'The request breaks its schema.',
      retryable: false,
      details: [{ path: '', rule: 'required', message: "must have required property 'message'" }],
    },
    {
      type: 'error',
      action: 'nope',
      code: 'unknown_action',
      message: 'There is no such action.',
      retryable: false,
      connection: {
        connectionId: 'bZYNAdtjNjMCKCw=',
        connectedAt: '2026-11-22T09:30:00.000Z',
        sourceIp: '192.0.2.1',
        userAgent: '',
      },
    },
    {
      type: 'error',
      action: 'sendmessage',
      id: 'a1',
      code: 'unavailable',
      message: 'Something the server depends on failed or was slow.',
      retryable: true,
      retryAfterMs: 1200,
    },
  ],
);

/** An error as a client receives it. */
export type ErrorFrame = TypeOf<typeof errorFrame>;
