import { action, contract } from '../define.ts';
import { person, requestId } from '../fields.ts';

/** Tells whom the server takes this connection for: the `from` of its events. */
export const identity = action({
  summary: 'Asks who one is.',
  access: 'connection',
  durable: false,
  request: contract(
    {
      type: 'object',
      additionalProperties: false,
      required: ['action'],
      properties: { action: { const: 'identity' }, id: requestId },
    },
    [{ action: 'identity' }],
  ),
  result: contract(person, [{ userId: 'Jq1WlLxvVPk8nJkzS0sYJQ', name: 'Aki' }]),
});
