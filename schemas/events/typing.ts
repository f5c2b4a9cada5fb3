import { defineSchema } from '../define.ts';
import { isTyping, roomId, user } from '../fields.ts';

/** A user is typing, or has stopped. */
export const typing = {
  summary: 'A user is typing, or has stopped.',
  durable: false,
  event: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'room', 'from', 'typing'],
      properties: {
        type: { const: 'typing' },
        room: roomId,
        from: user,
        typing: isTyping,
      },
    },
    [
      {
        type: 'typing',
        room: 'tea',
        from: { userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' },
        typing: true,
      },
    ],
  ),
} as const;
