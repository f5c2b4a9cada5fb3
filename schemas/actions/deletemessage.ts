import { defineAction, defineSchema } from '../define.ts';
import { requestId, roomId, roomOrDefault, seq, target } from '../fields.ts';

/** Deletes the user's own message. Its `seq` stays and its text becomes empty. */
export const deletemessage = defineAction({
  summary: 'Deletes the user’s own message.',
  access: 'member',
  durable: true,
  request: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'seq'],
      properties: {
        action: { const: 'deletemessage' },
        id: requestId,
        room: roomOrDefault,
        seq: target,
      },
    },
    [{ action: 'deletemessage', room: 'tea', id: 'a3', seq: 7 }],
  ),
  result: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room', 'seq', 'target'],
      properties: { room: roomId, seq, target },
    },
    [{ room: 'tea', seq: 10, target: 7 }],
  ),
});
