import { createNone } from './auth/guest.ts';
import { lazily } from './auth/lazy.ts';
import { listed } from './auth/origins.ts';
import { createSend } from './aws/client.ts';
import { createDynamo } from './aws/dynamodb.ts';
import { createHangUp } from './delivery/delete-connection.ts';
import { asynchronous, createHandOver } from './delivery/enqueue-chunk.ts';
import { createPost } from './delivery/post-to-connection.ts';
import { createRouter } from './handler.ts';
import { createPageSource } from './http/page-loader.ts';
import type { Log } from './observability/invocation.ts';
import { createWarnings } from './observability/invocation-log.ts';
import { createParts } from './services.ts';
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

const clock = Date.now;

/** Not by the console: Lambda puts a time and a level before its lines, which then are no JSON any more. */
const log: Log = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const warnings = createWarnings(log);

/** On Lambda both are in the environment; to look for them elsewhere costs the cold start. */
const identity = {
  region: setting('AWS_REGION'),
  credentials: {
    accessKeyId: setting('AWS_ACCESS_KEY_ID'),
    secretAccessKey: setting('AWS_SECRET_ACCESS_KEY'),
    // The local stack has none.
    sessionToken: process.env['AWS_SESSION_TOKEN'] ?? '',
  },
};

const store = createStore({
  dynamo: createDynamo(
    { ...identity, endpoint: setting('DYNAMODB_ENDPOINT'), clock },
    // So that each of its tries has that much.
    3 * timeoutMs,
  ),
  tableName: setting('TABLE_NAME'),
  retentionDays: count('RETENTION_DAYS'),
  limits: {
    connectionsPerPerson: count('CONNECTIONS_PER_PERSON'),
    roomsPerConnection: count('ROOMS_PER_CONNECTION'),
    connectionsPerRoom: count('CONNECTIONS_PER_ROOM'),
  },
  clock,
});

/** What checks tokens is not even loaded where there are none, nor before the first one comes. */
const byToken = lazily(async () => {
  const { createJwt } = await import('./auth/jwt.ts');
  const parameter = process.env['SECRET_PARAMETER'];
  return createJwt({
    issuer: process.env['ISSUER'] ?? '',
    audiences: listed(process.env['AUDIENCE'] ?? ''),
    secret: parameter ? { ...identity, endpoint: setting('SSM_ENDPOINT'), parameter } : undefined,
    timeoutMs,
    clock,
    onFailure: warnings.keys,
  });
});

const connections = {
  ...identity,
  service: 'execute-api',
  endpoint: setting('CONNECTIONS_ENDPOINT'),
  clock,
};

const lambda = createSend({
  ...identity,
  service: 'lambda',
  endpoint: setting('LAMBDA_ENDPOINT'),
  headers: asynchronous,
  // What delivers a part of a room is a part of the same trace.
  trace: () => process.env['_X_AMZN_TRACE_ID'],
  clock,
});

const auth = setting('AUTH');

const parts = createParts({
  store,
  post: createPost(createSend(connections), timeoutMs, warnings.delivery),
  handOver: createHandOver(lambda, setting('AWS_LAMBDA_FUNCTION_NAME'), warnings.handOver),
  hangUp: createHangUp(createSend({ ...connections, method: 'DELETE' }), warnings.delivery),
  authentication: auth === 'none' ? createNone(store.pepper) : byToken,
  origins: setting('ORIGINS'),
  rate: count('RATE'),
  burst: count('BURST'),
  presenceLimit: count('PRESENCE_LIMIT'),
  fanoutThreshold: count('FANOUT_THRESHOLD'),
  clock,
  url: setting('WEBSOCKET_URL'),
  auth,
  page: createPageSource(process.env['PAGE_FILE']),
  log,
  onFailure: warnings.delivery,
});

/** The Lambda's entry: every route of both APIs, and what it hands to itself. */
export const handler = createRouter(parts);
