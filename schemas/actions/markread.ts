import { defineAction, defineSchema } from '../define.ts';
import { readSeq, requestId, roomId, roomOrDefault, seqOrZero } from '../fields.ts';

/** Moves the read marker of the user in a room. It only moves forward. */
export const markread = defineAction({
  summary: 'Moves the read marker of the user forward.',
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
        seq: { ...seqOrZero, description: 'the read marker after the request; 0 if there is none' },
      },
    },
    [{ room: 'lobby', seq: 7 }],
  ),
});
