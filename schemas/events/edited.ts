import { defineSchema } from '../define.ts';
import { roomId, seq, target, text, time, user } from '../fields.ts';

/** A user replaced the text of a message. */
export const edited = {
  summary: 'A user replaced the text of a message.',
  durable: true,
  event: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'room', 'seq', 'target', 'from', 'message', 'sentAt'],
      properties: {
        type: { const: 'edited' },
        room: roomId,
        seq,
        target,
        from: user,
        message: text,
        sentAt: time,
      },
    },
    [
      {
        type: 'edited',
        room: 'tea',
        seq: 9,
        target: 7,
        from: { userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' },
        message: 'hello there',
        sentAt: '2026-11-22T09:30:00.000Z',
      },
    ],
  ),
} as const;
