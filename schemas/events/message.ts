import { contract } from '../contract.ts';
import { person, requestId, roomId, seq, text, time } from '../fields.ts';

/** Somebody said something. */
export const message = {
  summary: 'Somebody said something.',
  durable: true,
  event: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['type', 'room', 'seq', 'id', 'from', 'message', 'sentAt'],
      properties: {
        type: { const: 'message' },
        room: roomId,
        seq,
        id: requestId,
        from: person,
        message: text,
        sentAt: time,
        replyTo: seq,
      },
    },
    [
      {
        type: 'message',
        room: 'lobby',
        seq: 7,
        id: 'a1',
        from: { userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' },
        message: 'hello',
        sentAt: '2026-11-22T09:30:00.000Z',
      },
    ],
  ),
} as const;
