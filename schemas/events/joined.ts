import { defineSchema } from '../define.ts';
import { roomId, user } from '../fields.ts';

/** A user joined a room. */
export const joined = {
  summary: 'A user joined a room.',
  durable: false,
  event: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'room', 'from'],
      properties: { type: { const: 'joined' }, room: roomId, from: user },
    },
    [{ type: 'joined', room: 'tea', from: { userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' } }],
  ),
} as const;
