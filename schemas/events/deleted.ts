import { defineSchema } from '../define.ts';
import { roomId, seq, target, time, user } from '../fields.ts';

/** A user deleted a message. */
export const deleted = {
  summary: 'A user deleted a message.',
  durable: true,
  event: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'room', 'seq', 'target', 'from', 'sentAt'],
      properties: {
        type: { const: 'deleted' },
        room: roomId,
        seq,
        target,
        from: user,
        sentAt: time,
      },
    },
    [
      {
        type: 'deleted',
        room: 'tea',
        seq: 10,
        target: 7,
        from: { userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' },
        sentAt: '2026-11-22T09:30:00.000Z',
      },
    ],
  ),
} as const;
