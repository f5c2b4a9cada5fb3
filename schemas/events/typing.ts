import { contract } from '../contract.ts';
import { person, roomId } from '../fields.ts';

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
        typing: { type: 'boolean' },
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
