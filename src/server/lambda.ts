import { createGuestAuthenticator } from './auth/guest.ts';
import { lazyAuthenticator } from './auth/lazy.ts';
import { createAwsClient } from './aws/client.ts';
import { createDynamoClient } from './aws/dynamodb.ts';
import { readConfig } from './config.ts';
import { createDeleteConnection } from './delivery/delete-connection.ts';
import { asyncInvokeHeaders, createChunkQueue } from './delivery/enqueue-chunk.ts';
import { createPostToConnection } from './delivery/post-to-connection.ts';
import { createHandler } from './handler.ts';
import { createPageLoader } from './http/page-loader.ts';
import type { WriteLog } from './observability/invocation.ts';
import { createWarningLogger } from './observability/invocation-log.ts';
import { createServices } from './services.ts';
import { createStore } from './store/index.ts';

const config = readConfig(process.env);
const now = Date.now;

/** Not `console.log`: Lambda puts a time and a level before such lines, so they are not JSON then. */
const writeLog: WriteLog = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const warnings = createWarningLogger(writeLog);

const store = createStore({
  dynamoClient: createDynamoClient(
    { ...config.aws, endpoint: config.dynamoDbEndpoint, now },
    // Each attempt may use a third of it.
    3 * config.dependencyTimeoutMs,
  ),
  tableName: config.tableName,
  retentionDays: config.retentionDays,
  limits: config.limits,
  now,
});

/** The code that verifies tokens is loaded with the first token, and never if there are none. */
const jwtAuthenticator = lazyAuthenticator(async () => {
  const { createJwtAuthenticator } = await import('./auth/jwt.ts');
  const { issuer, audiences, secretParameter } = config.jwt;
  return createJwtAuthenticator({
    issuer,
    audiences,
    secretParameter: secretParameter && { ...config.aws, ...secretParameter },
    timeoutMs: config.dependencyTimeoutMs,
    now,
    onFailure: warnings.keys,
  });
});

const connectionsApi = {
  ...config.aws,
  service: 'execute-api',
  endpoint: config.connectionsEndpoint,
  now,
};

const lambdaClient = createAwsClient({
  ...config.aws,
  service: 'lambda',
  endpoint: config.lambdaEndpoint,
  headers: asyncInvokeHeaders,
  // The delivery of a chunk belongs to the trace of its message.
  trace: () => process.env['_X_AMZN_TRACE_ID'],
  now,
});

const services = createServices({
  store,
  postToConnection: createPostToConnection(
    createAwsClient(connectionsApi),
    config.dependencyTimeoutMs,
    warnings.delivery,
  ),
  enqueueChunk: createChunkQueue(lambdaClient, config.functionName, warnings.enqueue),
  deleteConnection: createDeleteConnection(
    createAwsClient({ ...connectionsApi, method: 'DELETE' }),
    warnings.delivery,
  ),
  authenticator:
    config.authMode === 'none' ? createGuestAuthenticator(store.pepper) : jwtAuthenticator,
  origins: config.origins,
  rate: config.rate,
  burst: config.burst,
  presenceLimit: config.presenceLimit,
  fanoutThreshold: config.fanoutThreshold,
  now,
  webSocketUrl: config.webSocketUrl,
  authMode: config.authMode,
  loadPage: createPageLoader(config.pageFile),
  writeLog,
  onFailure: warnings.delivery,
});

/** The Lambda's entry: every route of both APIs, and the chunks that it enqueues for itself. */
export const handler = createHandler(services);
