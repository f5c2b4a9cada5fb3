import { action, contract } from '../contract.ts';
import { requestId, roomId, seq, text } from '../fields.ts';

/** Replaces the text of one’s own message. */
export const editmessage = action({
  summary: 'Replaces the text of one’s own message.',
  access: 'member',
  durable: true,
  request: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'seq', 'message'],
      properties: {
        action: { const: 'editmessage' },
        id: requestId,
        room: roomId,
        seq,
        message: text,
      },
    },
    [{ action: 'editmessage', id: 'a2', seq: 7, message: 'hello there' }],
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
