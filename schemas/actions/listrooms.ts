import { defineAction, defineSchema } from '../define.ts';
import { maxUnread, requestId, roomId, seqOrZero, unreadScanLimit } from '../fields.ts';

/** Lists the rooms that this connection is in, with what is new in each. */
export const listrooms = defineAction({
  summary: 'Lists the rooms this connection is in.',
  access: 'connection',
  durable: false,
  request: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action'],
      properties: { action: { const: 'listrooms' }, id: requestId },
    },
    [{ action: 'listrooms' }],
  ),
  result: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['rooms'],
      properties: {
        rooms: {
          type: 'array',
          description: 'by name',
          items: {
            type: 'object',
            title: 'ListedRoom',
            description: 'a room that this connection is in, and what is new there',
            additionalProperties: false,
            required: ['room', 'seq', 'read', 'unread'],
            properties: {
              room: roomId,
              seq: seqOrZero,
              read: { ...seqOrZero, description: 'how far the person has read, 0 at first' },
              unread: {
                type: 'integer',
                description: `of the first ${unreadScanLimit} messages behind it, how many of others still stand; ${maxUnread} means so many or more`,
                minimum: 0,
                maximum: maxUnread,
              },
            },
          },
        },
      },
    },
    [{ rooms: [{ room: 'lobby', seq: 7, read: 5, unread: 2 }] }],
  ),
});
