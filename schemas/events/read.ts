import { defineSchema } from '../define.ts';
import { readSeq, roomId, user } from '../fields.ts';

/** A user has read up to a `seq`. */
export const read = {
  summary: 'A user has read up to a `seq`.',
  durable: false,
  event: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'room', 'from', 'seq'],
      properties: { type: { const: 'read' }, room: roomId, from: user, seq: readSeq },
    },
    [
      {
        type: 'read',
        room: 'tea',
        from: { userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' },
        seq: 7,
      },
    ],
  ),
} as const;
