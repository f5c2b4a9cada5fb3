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
  id: {
    ...requestId,
    description: 'the `id` of the request, or an id of the server if the request had none',
  },
  from: user,
  message: text,
  sentAt: time,
  replyTo: { ...seq, description: 'the `seq` of the message that this one answers' },
} as const;

const required = ['type', 'room', 'seq', 'id', 'from', 'message', 'sentAt'] as const;

/** A user sent a message. */
export const message = {
  summary: 'A user sent a message.',
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

/** A message in its current state: edited, empty if it was deleted, with its reactions. */
export const messageSnapshot = {
  type: 'object',
  title: 'MessageSnapshot',
  description: 'a message in its current state',
  additionalProperties: false,
  required,
  properties: {
    ...properties,
    message: {
      type: 'string',
      maxLength: text.maxLength,
      description: 'the current text; empty if the message was deleted',
    },
    editedAt: { ...time, description: 'when the text was last replaced, if ever' },
    deletedAt: { ...time, description: 'when the message was deleted, if ever' },
    reactions: {
      type: 'object',
      description: `each emoji with the ids of the users who reacted with it, in the order of their reactions; ${maxListedReactors} ids in all mean ${maxListedReactors} or more`,
      propertyNames: emoji,
      additionalProperties: { type: 'array', minItems: 1, items: userId },
    },
  },
} as const;

const typedMessageSnapshot = defineSchema(messageSnapshot, []);

/** A message in its current state. */
export type MessageSnapshot = Infer<typeof typedMessageSnapshot>;
