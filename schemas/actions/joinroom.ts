import { defineAction, defineSchema } from '../define.ts';
import { durableEvent } from '../events/durable-event.ts';
import { maxPageSize, requestId, roomId, seqOrZero } from '../fields.ts';

/** Joins a room. With `after`, it also returns the durable events after that `seq`, without a gap. */
export const joinroom = defineAction({
  summary: 'Joins a room and returns the missed events.',
  access: 'connection',
  durable: false,
  request: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action', 'room'],
      properties: {
        action: { const: 'joinroom' },
        id: requestId,
        room: roomId,
        after: {
          ...seqOrZero,
          description: 'the last `seq` that the client holds; 0 for all events',
        },
      },
    },
    [
      { action: 'joinroom', room: 'tea' },
      { action: 'joinroom', room: 'tea', after: 6 },
    ],
  ),
  result: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['room', 'seq', 'events', 'more', 'recovered'],
      properties: {
        room: roomId,
        seq: seqOrZero,
        events: {
          type: 'array',
          description: 'the events after `after`, oldest first',
          maxItems: maxPageSize,
          items: durableEvent,
        },
        more: { type: 'boolean', description: 'whether there are more events after the last one' },
        recovered: {
          type: 'boolean',
          description: 'whether the log still reaches back to `after`; false if in doubt',
        },
      },
    },
    [
      { room: 'tea', seq: 0, events: [], more: false, recovered: true },
      {
        room: 'tea',
        seq: 7,
        events: [
          {
            type: 'deleted',
            room: 'tea',
            seq: 7,
            target: 4,
            from: { userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' },
            sentAt: '2026-11-22T09:30:00.000Z',
          },
        ],
        more: false,
        recovered: true,
      },
    ],
  ),
});
