import { splitList } from './lib/split-list.ts';

/** The environment of the function, which `serverless.yml` sets. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment, once. Region and credentials are there on Lambda: looking for them anywhere
 * else would slow down the cold start. Throws if a variable is missing or is not a number.
 */
export function readConfig(env: Environment) {
  const dependencyTimeoutMs = requireEnvNumber(env, 'DEPENDENCY_TIMEOUT_MS');
  return {
    aws: {
      region: requireEnv(env, 'AWS_REGION'),
      credentials: readCredentials(env),
    },
    functionName: requireEnv(env, 'AWS_LAMBDA_FUNCTION_NAME'),
    tableName: requireEnv(env, 'TABLE_NAME'),
    dynamoDbEndpoint: requireEnv(env, 'DYNAMODB_ENDPOINT'),
    connectionsEndpoint: requireEnv(env, 'CONNECTIONS_ENDPOINT'),
    lambdaEndpoint: requireEnv(env, 'LAMBDA_ENDPOINT'),
    /** The timeout of one attempt to call the table, of one delivery, and of one fetch of keys. */
    dependencyTimeoutMs,
    retentionDays: requireEnvNumber(env, 'RETENTION_DAYS'),
    limits: {
      connectionsPerUser: requireEnvNumber(env, 'CONNECTIONS_PER_USER'),
      roomsPerConnection: requireEnvNumber(env, 'ROOMS_PER_CONNECTION'),
      connectionsPerRoom: requireEnvNumber(env, 'CONNECTIONS_PER_ROOM'),
    },
    authMode: requireEnv(env, 'AUTH'),
    jwt: readJwtConfig(env),
    origins: requireEnv(env, 'ORIGINS'),
    rate: requireEnvNumber(env, 'RATE'),
    burst: requireEnvNumber(env, 'BURST'),
    presenceLimit: requireEnvNumber(env, 'PRESENCE_LIMIT'),
    fanoutThreshold: requireEnvNumber(env, 'FANOUT_THRESHOLD'),
    webSocketUrl: requireEnv(env, 'WEBSOCKET_URL'),
    /** The file of the built page during development. Lambda has the page in its bundle. */
    pageFile: env['PAGE_FILE'],
  };
}

const readCredentials = (env: Environment) => ({
  accessKeyId: requireEnv(env, 'AWS_ACCESS_KEY_ID'),
  secretAccessKey: requireEnv(env, 'AWS_SECRET_ACCESS_KEY'),
  // The local stack has no session token.
  sessionToken: env['AWS_SESSION_TOKEN'] ?? '',
});

/** Reads whose tokens are accepted: those of an issuer, or those signed with a shared secret. */
function readJwtConfig(env: Environment) {
  const parameter = env['SECRET_PARAMETER'];
  return {
    issuer: env['ISSUER'] ?? '',
    audiences: splitList(env['AUDIENCE'] ?? ''),
    secretParameter: parameter
      ? { parameter, endpoint: requireEnv(env, 'SSM_ENDPOINT') }
      : undefined,
  };
}

function requireEnv(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

function requireEnvNumber(env: Environment, name: string): number {
  const value = Number(requireEnv(env, name));
  if (!(value >= 0))
    throw new Error(`The environment variable ${name} is not a number of 0 or more.`);
  return value;
}
