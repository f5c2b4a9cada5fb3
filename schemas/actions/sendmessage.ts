import { action, contract } from '../contract.ts';
import { requestId, roomId, seq, text, time } from '../fields.ts';

/** Says something in a room: stored first, then delivered to every other connection in it. */
export const sendmessage = action({
  summary: 'Says something in a room.',
  access: 'member',
  durable: true,
  request: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'message'],
      properties: {
        action: { const: 'sendmessage' },
        id: requestId,
        room: roomId,
        message: text,
        replyTo: seq,
      },
    },
    [
      { action: 'sendmessage', message: 'hello' },
      { action: 'sendmessage', id: 'a1', room: 'tea', message: 'With milk, please.', replyTo: 3 },
    ],
  ),
  result: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room', 'seq', 'sentAt'],
      properties: { room: roomId, seq, sentAt: time },
    },
    [{ room: 'lobby', seq: 7, sentAt: '2026-11-22T09:30:00.000Z' }],
  ),
});
