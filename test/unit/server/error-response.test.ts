import type { ErrorCode } from '../../../schemas/errors.ts';
import { ChatError } from '../../../src/server/errors.ts';
import { toErrorResult } from '../../../src/server/middleware/error-response.ts';
import { assertValid } from '../../helpers/strict-test-server.ts';
import { createGatewayEvent, type Frame } from '../../helpers/test-server.ts';

/** Returns the error frame that answers a body. */
function respond(body: unknown, code: ErrorCode = 'unavailable'): Frame {
  const event = { ...createGatewayEvent('MESSAGE', '$default', 'c1'), body: body as string };
  const result = toErrorResult(new ChatError(code), event, { awsRequestId: 'r1' } as never);
  return assertValid(JSON.parse(result.body ?? ''));
}

describe('the room of an error frame', () => {
  it.each([
    ['the room that the request names', { action: 'sendmessage', room: 'tea' }, 'tea'],
    ['the default room if the request may omit it', { action: 'sendmessage' }, 'lobby'],
    ['no room if the request must name one', { action: 'joinroom' }, undefined],
    ['no room for an action without one', { action: 'ping' }, undefined],
    [
      'no room for an action without one, even if the request names it',
      { action: 'listrooms', room: 'tea' },
      undefined,
    ],
    ['no room for an unknown action', { action: 'nope', room: 'tea' }, undefined],
    ['no room that breaks its schema', { action: 'typing', room: 'Not a room' }, undefined],
    ['no room that is not a string', { action: 'typing', room: null }, undefined],
    ['no room for what is not an object', [], undefined],
  ])('is %s', (_, body, room) => {
    expect(respond(body)['room']).toBe(room);
    expect(respond(JSON.stringify(body))['room']).toBe(room);
  });

  it('is missing for a body that is not JSON', () => {
    expect(respond('{', 'malformed')).toEqual({
      type: 'error',
      code: 'malformed',
      message: expect.any(String),
      retryable: false,
    });
  });
});
