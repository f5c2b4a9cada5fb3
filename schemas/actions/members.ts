import { action, contract } from '../define.ts';
import { cursor, person, requestId, roomId, roomOrDefault } from '../fields.ts';

/** Lists who is in a room, each person once; `cursor` leads to the next page. */
export const members = action({
  summary: 'Lists who is in a room, each person once, a page at a time.',
  access: 'member',
  durable: false,
  request: contract(
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
  result: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room', 'members'],
      properties: {
        room: roomId,
        members: { type: 'array', description: 'each person once', items: person },
        cursor,
      },
    },
    [{ room: 'tea', members: [{ userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' }] }],
  ),
});
