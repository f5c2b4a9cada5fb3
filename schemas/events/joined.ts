import { contract } from '../define.ts';
import { person, roomId } from '../fields.ts';

/** Somebody came into a room. */
export const joined = {
  summary: 'Somebody came into a room.',
  durable: false,
  event: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'room', 'from'],
      properties: { type: { const: 'joined' }, room: roomId, from: person },
    },
    [{ type: 'joined', room: 'tea', from: { userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' } }],
  ),
} as const;
