import { contract } from '../define.ts';
import { isTyping, person, roomId } from '../fields.ts';

/** Somebody is typing, or no longer. */
export const typing = {
  summary: 'Somebody is typing, or no longer.',
  durable: false,
  event: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'room', 'from', 'typing'],
      properties: {
        type: { const: 'typing' },
        room: roomId,
        from: person,
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
