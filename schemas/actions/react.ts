import { action, contract } from '../contract.ts';
import { emoji, requestId, roomId, seq } from '../fields.ts';

/** Puts an emoji on a message, or takes it off with `on: false`. */
export const react = action({
  summary: 'Puts an emoji on a message, or takes it off.',
  access: 'member',
  durable: true,
  request: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'seq', 'emoji'],
      properties: {
        action: { const: 'react' },
        id: requestId,
        room: roomId,
        seq,
        emoji,
        on: { type: 'boolean' },
      },
    },
    [
      { action: 'react', seq: 7, emoji: '👍' },
      { action: 'react', id: 'a4', seq: 7, emoji: '👍', on: false },
    ],
  ),
  result: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room', 'seq', 'target'],
      properties: { room: roomId, seq, target: seq },
    },
    [{ room: 'tea', seq: 9, target: 7 }],
  ),
});
