import { contract, type TypeOf } from '../contract.ts';
import { emoji, person, requestId, roomId, seq, text, time, userId } from '../fields.ts';

const properties = {
  type: { const: 'message' },
  room: roomId,
  seq,
  id: requestId,
  from: person,
  message: text,
  sentAt: time,
  replyTo: seq,
} as const;

const required = ['type', 'room', 'seq', 'id', 'from', 'message', 'sentAt'] as const;

/** Somebody said something. */
export const message = {
  summary: 'Somebody said something.',
  durable: true,
  event: contract({ type: 'object', additionalProperties: false, required, properties }, [
    {
      type: 'message',
      room: 'lobby',
      seq: 7,
      id: 'a1',
      from: { userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' },
      message: 'hello',
      sentAt: '2026-11-22T09:30:00.000Z',
    },
  ]),
} as const;

/** A message as it now stands: edited, emptied if it was deleted, its reactions gathered. */
export const standing = {
  type: 'object',
  additionalProperties: false,
  required,
  properties: {
    ...properties,
    message: { type: 'string', maxLength: text.maxLength, description: 'empty if deleted' },
    editedAt: time,
    deletedAt: time,
    reactions: {
      type: 'object',
      description: 'emoji to the ids of those who put it there, first come first',
      propertyNames: emoji,
      additionalProperties: { type: 'array', minItems: 1, items: userId },
    },
  },
} as const;

const standingMessage = contract(standing, []);

/** A message as it now stands. */
export type StandingMessage = TypeOf<typeof standingMessage>;
