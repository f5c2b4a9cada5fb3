import { defineAction, defineSchema } from '../define.ts';
import { readSeq, requestId, roomId, roomOrDefault, seqOrZero } from '../fields.ts';

/** Says how far one has read. The mark belongs to the person and the room and only moves forward. */
export const markread = defineAction({
  summary: 'Says how far one has read. The mark only moves forward.',
  access: 'member',
  durable: false,
  request: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'seq'],
      properties: {
        action: { const: 'markread' },
        id: requestId,
        room: roomOrDefault,
        seq: readSeq,
      },
    },
    [{ action: 'markread', seq: 7 }],
  ),
  result: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room', 'seq'],
      properties: {
        room: roomId,
        seq: { ...seqOrZero, description: 'where the mark now stands, 0 where there is none' },
      },
    },
    [{ room: 'lobby', seq: 7 }],
  ),
});
