import { defineAction, defineSchema } from '../define.ts';
import { requestId, time } from '../fields.ts';

/** Keeps an idle connection open and returns the time of the server. It costs no read. */
export const ping = defineAction({
  summary: 'Asks for a sign of life.',
  access: 'anyone',
  durable: false,
  request: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action'],
      properties: { action: { const: 'ping' }, id: requestId },
    },
    [{ action: 'ping' }],
  ),
  result: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['time'],
      properties: { time },
    },
    [{ time: '2026-11-22T09:30:00.000Z' }],
  ),
});
