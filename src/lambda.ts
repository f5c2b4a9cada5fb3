import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createBroadcast } from './delivery/broadcast.ts';
import { createPost } from './delivery/post.ts';
import { logDeliveryFailure } from './middleware/log.ts';
import { createRouter } from './router.ts';
import { createStore } from './store/index.ts';

/** An environment variable that `serverless.yml` sets. */
function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/** A dependency that hangs must not take the whole invocation with it. */
const timeouts = { connectionTimeout: 3_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

const clock = Date.now;

const store = createStore({
  client: DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler: timeouts })),
  tableName: setting('TABLE_NAME'),
  retentionDays: Number(setting('RETENTION_DAYS')),
  clock,
});

const gateway = new ApiGatewayManagementApiClient({
  endpoint: setting('CONNECTIONS_ENDPOINT'),
  requestHandler: { ...timeouts, requestTimeout: 1_000 },
});

const broadcast = createBroadcast({
  store,
  post: createPost(gateway, logDeliveryFailure),
  clock,
  onFailure: logDeliveryFailure,
});

/** The Lambda's entry: every route of the WebSocket API. */
export const handler = createRouter({ store, broadcast, clock });
