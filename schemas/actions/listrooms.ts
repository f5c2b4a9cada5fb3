import { action, contract } from '../define.ts';
import { requestId, roomId, seqOrNone, unreadLimit, unreadReach } from '../fields.ts';

/** Lists the rooms that this connection is in, with what is new in each. */
export const listrooms = action({
  summary: 'Lists the rooms this connection is in.',
  access: 'connection',
  durable: false,
  request: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action'],
      properties: { action: { const: 'listrooms' }, id: requestId },
    },
    [{ action: 'listrooms' }],
  ),
  result: contract(
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
              seq: seqOrNone,
              read: { ...seqOrNone, description: 'how far the person has read, 0 at first' },
              unread: {
                type: 'integer',
                description: `of the first ${unreadReach} messages behind it, how many of others still stand; ${unreadLimit} means so many or more`,
                minimum: 0,
                maximum: unreadLimit,
              },
            },
          },
        },
      },
    },
    [{ rooms: [{ room: 'lobby', seq: 7, read: 5, unread: 2 }] }],
  ),
});
