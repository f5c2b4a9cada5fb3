import { defineSchema } from '../define.ts';
import {
  emoji,
  maxListedReactors,
  requestId,
  roomId,
  seq,
  text,
  time,
  user,
  userId,
} from '../fields.ts';
import type { Infer } from '../types.ts';

const properties = {
  type: { const: 'message' },
  room: roomId,
  seq,
  id: { ...requestId, description: 'the `id` of its request, or one that the server made up' },
  from: user,
  message: text,
  sentAt: time,
  replyTo: { ...seq, description: 'the `seq` of the message that this one answers' },
} as const;

const required = ['type', 'room', 'seq', 'id', 'from', 'message', 'sentAt'] as const;

/** Somebody said something. */
export const message = {
  summary: 'Somebody said something.',
  durable: true,
  event: defineSchema({ type: 'object', additionalProperties: false, required, properties }, [
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
export const messageSnapshot = {
  type: 'object',
  title: 'MessageSnapshot',
  description: 'a message as it now stands',
  additionalProperties: false,
  required,
  properties: {
    ...properties,
    message: { type: 'string', maxLength: text.maxLength, description: 'empty if deleted' },
    editedAt: { ...time, description: 'when its text was last replaced, if ever' },
    deletedAt: { ...time, description: 'when it was taken back, if it was' },
    reactions: {
      type: 'object',
      description: `emoji to the ids of those who put it there, first come first; ${maxListedReactors} in all mean so many or more`,
      propertyNames: emoji,
      additionalProperties: { type: 'array', minItems: 1, items: userId },
    },
  },
} as const;

const typedMessageSnapshot = defineSchema(messageSnapshot, []);

/** A message as it now stands. */
export type MessageSnapshot = Infer<typeof typedMessageSnapshot>;
