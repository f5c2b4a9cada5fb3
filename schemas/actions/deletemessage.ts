import { action, contract } from '../contract.ts';
import { requestId, roomId, seq } from '../fields.ts';

/** Takes one’s own message back: its number stays, its text is emptied. */
export const deletemessage = action({
  summary: 'Takes one’s own message back.',
  access: 'member',
  durable: true,
  request: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'seq'],
      properties: { action: { const: 'deletemessage' }, id: requestId, room: roomId, seq },
    },
    [{ action: 'deletemessage', id: 'a3', seq: 7 }],
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
