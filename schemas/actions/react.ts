import { defineAction, defineSchema } from '../define.ts';
import { emoji, requestId, roomId, roomOrDefault, seq, target } from '../fields.ts';

/** Adds a reaction to a message, or removes it with `on: false`. */
export const react = defineAction({
  summary: 'Adds a reaction to a message, or removes it.',
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
          description: 'true, or omitted, to add the reaction; false to remove it',
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
