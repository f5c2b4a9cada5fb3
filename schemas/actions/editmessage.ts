import { defineAction, defineSchema } from '../define.ts';
import { requestId, roomId, roomOrDefault, seq, target, text } from '../fields.ts';

/** Replaces the text of the user's own message. */
export const editmessage = defineAction({
  summary: 'Replaces the text of the user’s own message.',
  access: 'member',
  durable: true,
  request: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'seq', 'message'],
      properties: {
        action: { const: 'editmessage' },
        id: requestId,
        room: roomOrDefault,
        seq: target,
        message: text,
      },
    },
    [{ action: 'editmessage', room: 'tea', id: 'a2', seq: 7, message: 'hello there' }],
  ),
  result: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room', 'seq', 'target'],
      properties: { room: roomId, seq, target },
    },
    [{ room: 'tea', seq: 9, target: 7 }],
  ),
});
