import { defineSchema } from '../define.ts';
import { emoji, roomId, seq, target, time, user } from '../fields.ts';

/** A user added a reaction to a message, or removed it. */
export const reaction = {
  summary: 'A user added a reaction to a message, or removed it.',
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
        on: { type: 'boolean', description: 'whether the reaction was added or removed' },
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
