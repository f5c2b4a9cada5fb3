import middy from '@middy/core';
import errorLogger from '@middy/error-logger';
import type { Context } from 'aws-lambda';
import { dispatch } from './actions/index.ts';
import type { Chunk } from './delivery/chunk.ts';
import { ChatError } from './errors.ts';
import type { GatewayEvent, GatewayReply } from './gateway-event.ts';
import { type Deadline, deadline, within } from './lib/deadline.ts';
import { reply } from './middleware/ack.ts';
import { authorise } from './middleware/authorize.ts';
import { report } from './middleware/error-response.ts';
import { parse } from './middleware/parse-body.ts';
import { limit } from './middleware/rate-limit.ts';
import { validate } from './middleware/validate.ts';
import { noteFailure, observed } from './observability/invocation-log.ts';
import { connect } from './routes/connect.ts';
import { disconnect } from './routes/disconnect.ts';
import type { Parts } from './services.ts';

/** How long before the Lambda's end a request is given up, so that its client still hears of it. */
const timeoutEarlyInMillis = 500;

/** What middy itself is told, whatever comes in. */
const options = {
  timeoutEarlyInMillis,
  timeoutEarlyResponse: () => {
    throw new ChatError('unavailable');
  },
};

/** The whole Lambda: what the gateway brings, and what the Lambda has handed over to itself. */
export function createRouter(parts: Parts) {
  const requests = createRequests(parts);
  const chunks = createChunks(parts);
  // What middy lets end early is the handler alone; the middleware calls the table, too.
  return (event: GatewayEvent | Chunk, context: Context) =>
    observed(parts.log, event, context, () =>
      within(context.getRemainingTimeInMillis() - timeoutEarlyInMillis, () =>
        'requestContext' in event ? requests(event, context) : chunks(event, context),
      ),
    );
}

/**
 * Every route of the WebSocket API, and those of HTTP, goes through this chain. Errors pass it from
 * the bottom up, so they are noted before they are reported.
 */
function createRequests(parts: Parts) {
  return middy<GatewayEvent, unknown>(options)
    .use(report())
    .use(errorLogger({ logger: noteFailure }))
    .use(reply())
    .use(limit(parts))
    .use(parse())
    .use(validate())
    .use(authorise(parts))
    .handler((event: GatewayEvent, context, { signal }) =>
      deadline.run(deadlineOf(context, signal), () => route(event, parts)),
    );
}

/** A chunk has nobody to answer to: one that fails throws, so that Lambda's queue brings it again. */
function createChunks(parts: Parts) {
  return middy<Chunk, unknown>(options)
    .use(errorLogger({ logger: noteFailure }))
    .handler((chunk: Chunk, context, { signal }) =>
      deadline.run(deadlineOf(context, signal), () => parts.deliverChunk(chunk)),
    );
}

function deadlineOf(context: Context, signal: AbortSignal): Deadline {
  const remainingMs = () => context.getRemainingTimeInMillis() - timeoutEarlyInMillis;
  return { invocation: signal, signal, remainingMs };
}

async function route(event: GatewayEvent, parts: Parts): Promise<GatewayReply | object> {
  switch (event.requestContext.eventType) {
    case 'CONNECT':
      return connect(event, parts);
    case 'DISCONNECT':
      return disconnect(event, parts);
    case 'MESSAGE':
      return dispatch(event, parts);
    default: {
      // A cold start that answers no browser reads none of it.
      const { http } = await import('./http/index.ts');
      return http(event, parts);
    }
  }
}
