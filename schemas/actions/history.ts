import { defineAction, defineSchema } from '../define.ts';
import { messageSnapshot } from '../events/message.ts';
import { maxPageSize, requestId, roomId, roomOrDefault, seq, seqOrZero } from '../fields.ts';

/** Returns a page of messages in their current state: the newest page without `before` and `after`. */
export const history = defineAction({
  summary: 'Pages through a room’s messages in their current state.',
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
        before: {
          ...seq,
          description: 'returns the page of messages that ends right before this `seq`',
        },
        after: {
          ...seqOrZero,
          description: 'returns the page of messages that starts right after this `seq`',
        },
        limit: {
          type: 'integer',
          description: 'the most messages on the page; 50 if omitted',
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
        messages: {
          type: 'array',
          description: 'the messages, oldest first',
          items: messageSnapshot,
        },
        more: { type: 'boolean', description: 'whether there are more messages in this direction' },
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
