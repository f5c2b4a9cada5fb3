import { createGuestAuthenticator } from './auth/guest.ts';
import { lazyAuthenticator } from './auth/lazy.ts';
import { splitList } from './auth/origins.ts';
import { createAwsClient } from './aws/client.ts';
import { createDynamoClient } from './aws/dynamodb.ts';
import { createDeleteConnection } from './delivery/delete-connection.ts';
import { asyncInvokeHeaders, createChunkQueue } from './delivery/enqueue-chunk.ts';
import { createPostToConnection } from './delivery/post-to-connection.ts';
import { createHandler } from './handler.ts';
import { createPageLoader } from './http/page-loader.ts';
import type { WriteLog } from './observability/invocation.ts';
import { createWarningLogger } from './observability/invocation-log.ts';
import { createServices } from './services.ts';
import { createStore } from './store/index.ts';

/** An environment variable that `serverless.yml` sets. */
function requireEnv(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/** The same where it must be a number, 0 or more. */
function requireEnvNumber(name: string): number {
  const value = Number(requireEnv(name));
  if (!(value >= 0)) throw new Error(`The environment variable ${name} is no number.`);
  return value;
}

/** What one try of a call outside may take: one that hangs must not take the invocation with it. */
const timeoutMs = requireEnvNumber('DEPENDENCY_TIMEOUT_MS');

const now = Date.now;

/** Not by the console: Lambda puts a time and a level before its lines, which then are no JSON any more. */
const writeLog: WriteLog = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const warningLogger = createWarningLogger(writeLog);

/** On Lambda both are in the environment; to look for them elsewhere costs the cold start. */
const awsConfig = {
  region: requireEnv('AWS_REGION'),
  credentials: {
    accessKeyId: requireEnv('AWS_ACCESS_KEY_ID'),
    secretAccessKey: requireEnv('AWS_SECRET_ACCESS_KEY'),
    // The local stack has none.
    sessionToken: process.env['AWS_SESSION_TOKEN'] ?? '',
  },
};

const store = createStore({
  dynamoClient: createDynamoClient(
    { ...awsConfig, endpoint: requireEnv('DYNAMODB_ENDPOINT'), now },
    // So that each of its tries has that much.
    3 * timeoutMs,
  ),
  tableName: requireEnv('TABLE_NAME'),
  retentionDays: requireEnvNumber('RETENTION_DAYS'),
  limits: {
    connectionsPerUser: requireEnvNumber('CONNECTIONS_PER_USER'),
    roomsPerConnection: requireEnvNumber('ROOMS_PER_CONNECTION'),
    connectionsPerRoom: requireEnvNumber('CONNECTIONS_PER_ROOM'),
  },
  now,
});

/** What checks tokens is not even loaded where there are none, nor before the first one comes. */
const jwtAuthenticator = lazyAuthenticator(async () => {
  const { createJwtAuthenticator } = await import('./auth/jwt.ts');
  const parameter = process.env['SECRET_PARAMETER'];
  return createJwtAuthenticator({
    issuer: process.env['ISSUER'] ?? '',
    audiences: splitList(process.env['AUDIENCE'] ?? ''),
    secretParameter: parameter
      ? { ...awsConfig, endpoint: requireEnv('SSM_ENDPOINT'), parameter }
      : undefined,
    timeoutMs,
    now,
    onFailure: warningLogger.keys,
  });
});

const connectionsApi = {
  ...awsConfig,
  service: 'execute-api',
  endpoint: requireEnv('CONNECTIONS_ENDPOINT'),
  now: now,
};

const lambdaClient = createAwsClient({
  ...awsConfig,
  service: 'lambda',
  endpoint: requireEnv('LAMBDA_ENDPOINT'),
  headers: asyncInvokeHeaders,
  // What delivers a part of a room is a part of the same trace.
  trace: () => process.env['_X_AMZN_TRACE_ID'],
  now,
});

const authMode = requireEnv('AUTH');

const services = createServices({
  store,
  postToConnection: createPostToConnection(
    createAwsClient(connectionsApi),
    timeoutMs,
    warningLogger.delivery,
  ),
  enqueueChunk: createChunkQueue(
    lambdaClient,
    requireEnv('AWS_LAMBDA_FUNCTION_NAME'),
    warningLogger.enqueue,
  ),
  deleteConnection: createDeleteConnection(
    createAwsClient({ ...connectionsApi, method: 'DELETE' }),
    warningLogger.delivery,
  ),
  authenticator: authMode === 'none' ? createGuestAuthenticator(store.pepper) : jwtAuthenticator,
  origins: requireEnv('ORIGINS'),
  rate: requireEnvNumber('RATE'),
  burst: requireEnvNumber('BURST'),
  presenceLimit: requireEnvNumber('PRESENCE_LIMIT'),
  fanoutThreshold: requireEnvNumber('FANOUT_THRESHOLD'),
  now,
  webSocketUrl: requireEnv('WEBSOCKET_URL'),
  authMode,
  loadPage: createPageLoader(process.env['PAGE_FILE']),
  writeLog,
  onFailure: warningLogger.delivery,
});

/** The Lambda's entry: every route of both APIs, and what it hands to itself. */
export const handler = createHandler(services);
