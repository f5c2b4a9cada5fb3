import { defineAction, defineSchema } from '../define.ts';
import { messageSnapshot } from '../events/message.ts';
import { maxPageSize, requestId, roomId, roomOrDefault, seq, seqOrZero } from '../fields.ts';

/** Pages through a room’s messages, each as it now stands; without `before` and `after`, the newest. */
export const history = defineAction({
  summary: 'Pages through a room’s messages, each as it now stands.',
  access: 'member',
  durable: false,
  request: defineSchema(
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
          ...seqOrZero,
          description: 'the page of messages that begins right after this number',
        },
        limit: {
          type: 'integer',
          description: 'the most messages on the page; 50 where it is left out',
          minimum: 1,
          maximum: maxPageSize,
        },
      },
    },
    [{ action: 'history' }, { action: 'history', room: 'tea', before: 101, limit: 100 }],
  ),
  result: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room', 'messages', 'more'],
      properties: {
        room: roomId,
        messages: { type: 'array', description: 'oldest first', items: messageSnapshot },
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
