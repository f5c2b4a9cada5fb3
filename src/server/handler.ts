import middy from '@middy/core';
import errorLogger from '@middy/error-logger';
import type { Context } from 'aws-lambda';
import { handlers } from './actions/index.ts';
import type { Chunk } from './delivery/chunk.ts';
import { ChatError } from './errors.ts';
import type { GatewayEvent, GatewayResult } from './gateway-event.ts';
import { runInvocation } from './lib/deadline.ts';
import { sendAck } from './middleware/ack.ts';
import { authorize } from './middleware/authorize.ts';
import { errorResponse, toErrorResult } from './middleware/error-response.ts';
import { parseBody } from './middleware/parse-body.ts';
import { rateLimit } from './middleware/rate-limit.ts';
import { validate } from './middleware/validate.ts';
import { recordFailure, withInvocationLog } from './observability/invocation-log.ts';
import { connect } from './routes/connect.ts';
import { unknownAction } from './routes/default.ts';
import { disconnect } from './routes/disconnect.ts';
import type { Services } from './services.ts';

/** Handles one route: returns the reply to the gateway, or what the ack of an action contains. */
type Route = (event: GatewayEvent, services: Services) => Promise<GatewayResult | object>;

/** The time before Lambda's own timeout that is left to answer the client. */
const timeoutReserveMs = 500;

/** The HTTP routes are loaded on first use, so that a cold start for a WebSocket route is shorter. */
const page: Route = async (event, services) =>
  (await import('./http/index.ts')).page(event, services);
const contract: Route = async (event, services) =>
  (await import('./http/index.ts')).contract(event, services);

/** The routes of both APIs by their route keys. */
const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['$connect', connect],
  ['$disconnect', disconnect],
  ['GET /', page],
  ['GET /contract', contract],
  // The middleware makes the event the context of its action: it sets `request` and `connection`.
  ...(Object.entries(handlers) as unknown as [string, Route][]),
]);

/**
 * Creates the Lambda's handler. It handles the events of API Gateway, and the chunks of a broadcast
 * that the function enqueued for itself.
 */
export function createHandler(services: Services) {
  const handleGatewayEvent = createGatewayHandler(services);
  return (event: GatewayEvent | Chunk, context: Context) =>
    withInvocationLog(services.writeLog, event, context, async () => {
      const remainingMs = () => context.getRemainingTimeInMillis() - timeoutReserveMs;
      const task = async () =>
        'requestContext' in event
          ? handleGatewayEvent(event, context)
          : services.deliverChunk(event);
      try {
        return await runInvocation(
          remainingMs,
          task,
          (cause) => new ChatError('unavailable', {}, cause),
        );
      } catch (thrown) {
        // The chain answers every error but this one: it has run out of time. A chunk throws, so that
        // Lambda retries it.
        if (!('requestContext' in event)) throw thrown;
        recordFailure(thrown);
        return toErrorResult(thrown, event, context);
      }
    });
}

/** Creates the chain of both APIs. Errors pass it upwards: they are logged, then answered. */
function createGatewayHandler(services: Services) {
  // `runInvocation` limits the time of the middleware, too, which middy's own timeout does not.
  return middy<GatewayEvent, unknown>({ timeoutEarlyInMillis: 0 })
    .use(errorResponse())
    .use(errorLogger({ logger: ({ error }) => recordFailure(error) }))
    .use(sendAck())
    .use(rateLimit(services))
    .use(parseBody())
    .use(validate())
    .use(authorize(services))
    .handler((event: GatewayEvent) => findRoute(event)(event, services));
}

/**
 * Returns the route of an event. A message's route is its validated action, since the local gateway
 * passes any action as a route key, even `$connect`.
 */
function findRoute({ request, requestContext }: GatewayEvent): Route {
  const { eventType, routeKey } = requestContext;
  const route = routes.get(eventType === 'MESSAGE' ? (request?.action ?? '') : routeKey);
  return route ?? (eventType === undefined ? page : unknownAction);
}
