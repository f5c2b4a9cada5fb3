import { action, contract } from '../define.ts';
import { standing } from '../events/message.ts';
import { pageLimit, requestId, roomId, roomOrDefault, seq, seqOrNone } from '../fields.ts';

/** Pages through a room’s messages, each as it now stands; without `before` and `after`, the newest. */
export const history = action({
  summary: 'Pages through a room’s messages, each as it now stands.',
  access: 'member',
  durable: false,
  request: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action'],
      not: { required: ['before', 'after'] },
      properties: {
        action: { const: 'history' },
        id: requestId,
        room: roomOrDefault,
        before: { ...seq, description: 'the page of messages that ends right before this number' },
        after: {
          ...seqOrNone,
          description: 'the page of messages that begins right after this number',
        },
        limit: {
          type: 'integer',
          description: 'the most messages on the page; 50 where it is left out',
          minimum: 1,
          maximum: pageLimit,
        },
      },
    },
    [{ action: 'history' }, { action: 'history', room: 'tea', before: 101, limit: 100 }],
  ),
  result: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room', 'messages', 'more'],
      properties: {
        room: roomId,
        messages: { type: 'array', description: 'oldest first', items: standing },
        more: { type: 'boolean', description: 'whether there are others in this direction' },
      },
    },
    [
      {
        room: 'tea',
        messages: [
          {
            type: 'message',
            room: 'tea',
            seq: 7,
            id: 'a1',
            from: { userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' },
            message: 'hello there',
            sentAt: '2026-11-22T09:30:00.000Z',
            editedAt: '2026-11-22T09:31:00.000Z',
            reactions: { '👍': ['Jq1WlLxvVPk8nJkzS0sYJQ'] },
          },
        ],
        more: false,
      },
    ],
  ),
});
