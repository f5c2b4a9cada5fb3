import { contract } from '../define.ts';
import { person, roomId } from '../fields.ts';

/** Somebody is no longer in a room, on any connection. */
export const left = {
  summary: 'Somebody is no longer in a room, on any connection.',
  durable: false,
  event: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'room', 'from'],
      properties: { type: { const: 'left' }, room: roomId, from: person },
    },
    [{ type: 'left', room: 'tea', from: { userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' } }],
  ),
} as const;
