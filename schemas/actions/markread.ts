import { action, contract } from '../define.ts';
import { readMark, requestId, roomId, roomOrDefault, seqOrNone } from '../fields.ts';

/** Says how far one has read. The mark belongs to the person and the room and only moves forward. */
export const markread = action({
  summary: 'Says how far one has read. The mark only moves forward.',
  access: 'member',
  durable: false,
  request: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'seq'],
      properties: {
        action: { const: 'markread' },
        id: requestId,
        room: roomOrDefault,
        seq: readMark,
      },
    },
    [{ action: 'markread', seq: 7 }],
  ),
  result: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room', 'seq'],
      properties: {
        room: roomId,
        seq: { ...seqOrNone, description: 'where the mark now stands, 0 where there is none' },
      },
    },
    [{ room: 'lobby', seq: 7 }],
  ),
});
