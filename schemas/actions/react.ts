import { defineAction, defineSchema } from '../define.ts';
import { emoji, requestId, roomId, roomOrDefault, seq, target } from '../fields.ts';

/** Puts an emoji on a message, or takes it off with `on: false`. */
export const react = defineAction({
  summary: 'Puts an emoji on a message, or takes it off.',
  access: 'member',
  durable: true,
  request: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'seq', 'emoji'],
      properties: {
        action: { const: 'react' },
        id: requestId,
        room: roomOrDefault,
        seq: target,
        emoji,
        on: {
          type: 'boolean',
          description: 'whether it is put there (so where it is left out) or taken off',
        },
      },
    },
    [
      { action: 'react', seq: 7, emoji: '👍' },
      { action: 'react', room: 'tea', id: 'a4', seq: 7, emoji: '👍', on: false },
    ],
  ),
  result: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room', 'seq', 'target'],
      properties: { room: roomId, seq, target },
    },
    [{ room: 'tea', seq: 11, target: 7 }],
  ),
});
