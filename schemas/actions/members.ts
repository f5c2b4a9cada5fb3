import { defineAction, defineSchema } from '../define.ts';
import { cursor, requestId, roomId, roomOrDefault, user } from '../fields.ts';

/** Lists who is in a room, each person once; `cursor` leads to the next page. */
export const members = defineAction({
  summary: 'Lists who is in a room, each person once, a page at a time.',
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
        members: { type: 'array', description: 'each person once', items: user },
        cursor,
      },
    },
    [{ room: 'tea', members: [{ userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' }] }],
  ),
});
