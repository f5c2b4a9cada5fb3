import middy from '@middy/core';
import errorLogger from '@middy/error-logger';
import { deadline } from './deadline.ts';
import { ChatError } from './error.ts';
import type { GatewayEvent, GatewayReply } from './event.ts';
import { authorise } from './middleware/authorise.ts';
import { logFailure } from './middleware/log.ts';
import { parse } from './middleware/parse.ts';
import { reply } from './middleware/reply.ts';
import { report } from './middleware/report.ts';
import { validate } from './middleware/validate.ts';
import type { Parts } from './parts.ts';
import { connect } from './routes/connect.ts';
import { disconnect } from './routes/disconnect.ts';
import { home } from './routes/home.ts';
import { dispatch } from './routes/index.ts';

/** How long before the Lambda's end a request is given up, so that its client still hears of it. */
const timeoutEarlyInMillis = 500;

/**
 * The whole Lambda: every route of the WebSocket API, and the one of HTTP, goes through this chain. Errors pass it from
 * the bottom up, so they are logged before they are reported.
 */
export function createRouter(parts: Parts) {
  return middy<GatewayEvent, unknown>({
    timeoutEarlyInMillis,
    timeoutEarlyResponse: () => {
      throw new ChatError('unavailable');
    },
  })
    .use(report())
    .use(errorLogger({ logger: logFailure }))
    .use(reply())
    .use(parse())
    .use(validate())
    .use(authorise(parts))
    .handler((event: GatewayEvent, _context, { signal }) =>
      deadline.run(signal, () => route(event, parts)),
    );
}

function route(event: GatewayEvent, parts: Parts): Promise<GatewayReply | object> {
  switch (event.requestContext.eventType) {
    case 'CONNECT':
      return connect(event, parts);
    case 'DISCONNECT':
      return disconnect(event, parts);
    case 'MESSAGE':
      return dispatch(event, parts);
    default:
      return home(parts);
  }
}
