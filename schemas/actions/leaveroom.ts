import { defineAction, defineSchema } from '../define.ts';
import { requestId, roomId, roomOrDefault } from '../fields.ts';

/** Leaves a room. The connection receives no more events of it. */
export const leaveroom = defineAction({
  summary: 'Leaves a room.',
  access: 'member',
  durable: false,
  request: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'room'],
      properties: { action: { const: 'leaveroom' }, id: requestId, room: roomOrDefault },
    },
    [{ action: 'leaveroom', room: 'tea' }],
  ),
  result: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room'],
      properties: { room: roomId },
    },
    [{ room: 'tea' }],
  ),
});
