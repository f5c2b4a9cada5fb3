import { defineAction, defineSchema } from '../define.ts';
import { isTyping, requestId, roomId, roomOrDefault } from '../fields.ts';

/** Tells the room that one is typing, or no longer. It is never stored. */
export const typing = defineAction({
  summary: 'Tells the room that one is typing, or no longer.',
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
