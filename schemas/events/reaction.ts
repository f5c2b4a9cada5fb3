import { defineSchema } from '../define.ts';
import { emoji, roomId, seq, target, time, user } from '../fields.ts';

/** An emoji was put on a message or taken off. */
export const reaction = {
  summary: 'An emoji was put on a message or taken off.',
  durable: true,
  event: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'room', 'seq', 'target', 'from', 'emoji', 'on', 'sentAt'],
      properties: {
        type: { const: 'reaction' },
        room: roomId,
        seq,
        target,
        from: user,
        emoji,
        on: { type: 'boolean', description: 'whether it was put there or taken off' },
        sentAt: time,
      },
    },
    [
      {
        type: 'reaction',
        room: 'tea',
        seq: 11,
        target: 7,
        from: { userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' },
        emoji: '👍',
        on: true,
        sentAt: '2026-11-22T09:30:00.000Z',
      },
    ],
  ),
} as const;
