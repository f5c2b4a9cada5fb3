import { defineAction, defineSchema } from '../define.ts';
import { cursor, requestId, roomId, roomOrDefault, user } from '../fields.ts';

/** Lists the members of a room, each user once. `cursor` leads to the next page. */
export const members = defineAction({
  summary: 'Lists the members of a room, each user once, a page at a time.',
  access: 'member',
  durable: false,
  request: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action'],
      properties: { action: { const: 'members' }, id: requestId, room: roomOrDefault, cursor },
    },
    [
      { action: 'members', room: 'tea' },
      { action: 'members', cursor: 'SnExV2xMeHZWUGs4bkp6UzBzWUpR' },
    ],
  ),
  result: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room', 'members'],
      properties: {
        room: roomId,
        members: { type: 'array', description: 'the members, each user once', items: user },
        cursor,
      },
    },
    [{ room: 'tea', members: [{ userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' }] }],
  ),
});
