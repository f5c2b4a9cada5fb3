import { action, contract } from '../define.ts';
import { requestId, roomId, roomOrDefault } from '../fields.ts';

/** Leaves a room: nothing of it is received any more. */
export const leaveroom = action({
  summary: 'Leaves a room.',
  access: 'member',
  durable: false,
  request: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'room'],
      properties: { action: { const: 'leaveroom' }, id: requestId, room: roomOrDefault },
    },
    [{ action: 'leaveroom', room: 'tea' }],
  ),
  result: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room'],
      properties: { room: roomId },
    },
    [{ room: 'tea' }],
  ),
});
