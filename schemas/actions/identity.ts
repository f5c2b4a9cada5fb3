import { defineAction, defineSchema } from '../define.ts';
import { requestId, user } from '../fields.ts';

/** Returns the user of this connection: the `from` of its events. */
export const identity = defineAction({
  summary: 'Returns the user of this connection.',
  access: 'connection',
  durable: false,
  request: defineSchema(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action'],
      properties: { action: { const: 'identity' }, id: requestId },
    },
    [{ action: 'identity' }],
  ),
  result: defineSchema(user, [{ userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' }]),
});
