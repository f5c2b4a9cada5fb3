import { defineAction, defineSchema } from '../define.ts';
import { requestId, roomId, roomOrDefault, seq, text, time } from '../fields.ts';

/** Sends a message to a room. The server stores it, then delivers it to every other connection there. */
export const sendmessage = defineAction({
  summary: 'Sends a message to a room.',
  access: 'member',
  durable: true,
  request: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'message'],
      properties: {
        action: { const: 'sendmessage' },
        id: requestId,
        room: roomOrDefault,
        message: text,
        replyTo: { ...seq, description: 'the `seq` of the message that this one answers' },
      },
    },
    [
      { action: 'sendmessage', message: 'hello' },
      { action: 'sendmessage', id: 'a1', room: 'tea', message: 'With milk, please.', replyTo: 3 },
    ],
  ),
  result: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room', 'seq', 'sentAt'],
      properties: { room: roomId, seq, sentAt: time },
    },
    [{ room: 'tea', seq: 7, sentAt: '2026-11-22T09:30:00.000Z' }],
  ),
});
