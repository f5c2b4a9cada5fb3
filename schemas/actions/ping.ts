import { action, contract } from '../define.ts';
import { requestId, time } from '../fields.ts';

/** Keeps an idle connection open and tells the server's clock; it costs no read. */
export const ping = action({
  summary: 'Asks for a sign of life.',
  access: 'anyone',
  durable: false,
  request: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action'],
      properties: { action: { const: 'ping' }, id: requestId },
    },
    [{ action: 'ping' }],
  ),
  result: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['time'],
      properties: { time },
    },
    [{ time: '2026-11-22T09:30:00.000Z' }],
  ),
});
