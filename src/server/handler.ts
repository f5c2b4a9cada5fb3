import middy from '@middy/core';
import errorLogger from '@middy/error-logger';
import type { Context } from 'aws-lambda';
import { dispatch } from './actions/index.ts';
import type { Chunk } from './delivery/chunk.ts';
import { ChatError } from './errors.ts';
import type { GatewayEvent, GatewayResult } from './gateway-event.ts';
import { type Deadline, deadline, withTimeout } from './lib/deadline.ts';
import { sendAck } from './middleware/ack.ts';
import { authorize } from './middleware/authorize.ts';
import { errorResponse } from './middleware/error-response.ts';
import { parseBody } from './middleware/parse-body.ts';
import { rateLimit } from './middleware/rate-limit.ts';
import { validate } from './middleware/validate.ts';
import { recordFailure, withInvocationLog } from './observability/invocation-log.ts';
import { connect } from './routes/connect.ts';
import { disconnect } from './routes/disconnect.ts';
import type { Services } from './services.ts';

/** How long before the Lambda's end a request is given up, so that its client still hears of it. */
const timeoutEarlyInMillis = 500;

/** What middy itself is told, whatever comes in. */
const middyOptions = {
  timeoutEarlyInMillis,
  timeoutEarlyResponse: () => {
    throw new ChatError('unavailable');
  },
};

/** The whole Lambda: what the gateway brings, and what the Lambda has handed over to itself. */
export function createHandler(services: Services) {
  const handleGatewayEvent = createGatewayHandler(services);
  const handleChunk = createChunkHandler(services);
  // What middy lets end early is the handler alone; the middleware calls the table, too.
  return (event: GatewayEvent | Chunk, context: Context) =>
    withInvocationLog(services.writeLog, event, context, () =>
      withTimeout(context.getRemainingTimeInMillis() - timeoutEarlyInMillis, () =>
        'requestContext' in event
          ? handleGatewayEvent(event, context)
          : handleChunk(event, context),
      ),
    );
}

/**
 * Every route of the WebSocket API, and those of HTTP, goes through this chain. Errors pass it from
 * the bottom up, so they are noted before they are reported.
 */
function createGatewayHandler(services: Services) {
  return middy<GatewayEvent, unknown>(middyOptions)
    .use(errorResponse())
    .use(errorLogger({ logger: recordFailure }))
    .use(sendAck())
    .use(rateLimit(services))
    .use(parseBody())
    .use(validate())
    .use(authorize(services))
    .handler((event: GatewayEvent, context, { signal }) =>
      deadline.run(toDeadline(context, signal), () => routeByEventType(event, services)),
    );
}

/** A chunk has nobody to answer to: one that fails throws, so that Lambda's queue brings it again. */
function createChunkHandler(services: Services) {
  return middy<Chunk, unknown>(middyOptions)
    .use(errorLogger({ logger: recordFailure }))
    .handler((chunk: Chunk, context, { signal }) =>
      deadline.run(toDeadline(context, signal), () => services.deliverChunk(chunk)),
    );
}

function toDeadline(context: Context, signal: AbortSignal): Deadline {
  const remainingMs = () => context.getRemainingTimeInMillis() - timeoutEarlyInMillis;
  return { invocation: signal, signal, remainingMs };
}

async function routeByEventType(
  event: GatewayEvent,
  services: Services,
): Promise<GatewayResult | object> {
  switch (event.requestContext.eventType) {
    case 'CONNECT':
      return connect(event, services);
    case 'DISCONNECT':
      return disconnect(event, services);
    case 'MESSAGE':
      return dispatch(event, services);
    default: {
      // A cold start that answers no browser reads none of it.
      const { serveHttp } = await import('./http/index.ts');
      return serveHttp(event, services);
    }
  }
}
