import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createPost } from './delivery/post.ts';
import { logDeliveryFailure } from './middleware/log.ts';
import { createParts } from './parts.ts';
import { createRouter } from './router.ts';
import { createStore } from './store/index.ts';

/** An environment variable that `serverless.yml` sets. */
function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/** The same where it must be a number, 0 or more. */
function count(name: string): number {
  const value = Number(setting(name));
  if (!(value >= 0)) throw new Error(`The environment variable ${name} is no number.`);
  return value;
}

/** What one try of a call outside may take: one that hangs must not take the invocation with it. */
const timeoutMs = count('DEPENDENCY_TIMEOUT_MS');

/** More sockets than deliveries at once: the hanging ones must not keep the others waiting. */
const agent = { keepAlive: true, maxSockets: 128 };
const patience = (ms: number) => ({
  httpAgent: agent,
  httpsAgent: agent,
  connectionTimeout: ms,
  requestTimeout: ms,
  throwOnRequestTimeout: true,
});

const clock = Date.now;

const store = createStore({
  client: DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler: patience(timeoutMs) })),
  tableName: setting('TABLE_NAME'),
  retentionDays: count('RETENTION_DAYS'),
  clock,
});

const gateway = new ApiGatewayManagementApiClient({
  endpoint: setting('CONNECTIONS_ENDPOINT'),
  // The SDK's three tries fit into what one recipient may take.
  requestHandler: patience(timeoutMs / 3),
});

const parts = createParts({
  store,
  post: createPost(gateway, timeoutMs, logDeliveryFailure),
  presenceLimit: count('PRESENCE_LIMIT'),
  clock,
  url: setting('WEBSOCKET_URL'),
  onFailure: logDeliveryFailure,
});

/** The Lambda's entry: every route of the WebSocket API, and the home page. */
export const handler = createRouter(parts);
