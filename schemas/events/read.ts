import { contract } from '../define.ts';
import { person, readMark, roomId } from '../fields.ts';

/** Somebody has read up to a number. */
export const read = {
  summary: 'Somebody has read up to a number.',
  durable: false,
  event: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'room', 'from', 'seq'],
      properties: { type: { const: 'read' }, room: roomId, from: person, seq: readMark },
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
