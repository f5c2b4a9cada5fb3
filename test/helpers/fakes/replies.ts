import type { Frame } from '../test-server.ts';

/** Creates the ack of a request. */
export const ack = ({ action, id }: Frame, result: object): Frame => ({
  type: 'ack',
  action,
  id,
  ...result,
});

/** Creates the error frame of a request. It repeats the room, as every server does by now. */
export const errorReply = (
  { action, id, room }: Frame,
  code: string,
  rest: object = {},
): Frame => ({
  type: 'error',
  action,
  id,
  room,
  code,
  message: code,
  retryable: false,
  ...rest,
});
