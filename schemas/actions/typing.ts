import { defineAction, defineSchema } from '../define.ts';
import { isTyping, requestId, roomId, roomOrDefault } from '../fields.ts';

/** Shows in a room that the user is typing, or has stopped. It is never stored. */
export const typing = defineAction({
  summary: 'Shows in a room that the user is typing, or has stopped.',
  access: 'member',
  durable: false,
  request: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'typing'],
      properties: {
        action: { const: 'typing' },
        id: requestId,
        room: roomOrDefault,
        typing: isTyping,
      },
    },
    [{ action: 'typing', typing: true }],
  ),
  result: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room'],
      properties: { room: roomId },
    },
    [{ room: 'lobby' }],
  ),
});
