import { defineSchema } from '../define.ts';
import { roomId, user } from '../fields.ts';

/** A user left a room, on every connection. */
export const left = {
  summary: 'A user left a room, on every connection.',
  durable: false,
  event: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'room', 'from'],
      properties: { type: { const: 'left' }, room: roomId, from: user },
    },
    [{ type: 'left', room: 'tea', from: { userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' } }],
  ),
} as const;
