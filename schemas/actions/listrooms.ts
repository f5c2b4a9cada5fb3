import { defineAction, defineSchema } from '../define.ts';
import { maxUnread, requestId, roomId, seqOrZero, unreadScanLimit } from '../fields.ts';

/** Lists the rooms of this connection, with the read marker and the count of unread messages. */
export const listrooms = defineAction({
  summary: 'Lists the rooms of this connection.',
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
          description: 'the rooms, in the order of their names',
          items: {
            type: 'object',
            title: 'ListedRoom',
            description: 'a room of this connection, and what is new there',
            additionalProperties: false,
            required: ['room', 'seq', 'read', 'unread'],
            properties: {
              room: roomId,
              seq: seqOrZero,
              read: { ...seqOrZero, description: 'the read marker of the user; 0 at first' },
              unread: {
                type: 'integer',
                description: `how many of the first ${unreadScanLimit} messages after the read marker, or of fewer if they are long, are by other users and not deleted; ${maxUnread} means ${maxUnread} or more`,
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
