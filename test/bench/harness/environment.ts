import { serverlessConfig } from '../../helpers/serverless.ts';

/** The table and the URLs that a function of the benchmark uses. */
export interface Endpoints {
  readonly tableName?: string;
  readonly databaseUrl?: string;
  readonly gatewayUrl?: string;
  readonly lambdaUrl?: string;
}

/** Reads the environment of `serverless.yml`, with the defaults of parameters. Values of AWS are left out. */
function readDefaults(): Record<string, string> {
  const { params, provider } = serverlessConfig;
  const entries = Object.entries(provider.environment).map(([name, value]) => {
    const [, parameter] = /^\$\{param:(\w+)\}$/.exec(String(value)) ?? [];
    return [name, String(parameter === undefined ? value : params.default[parameter])];
  });
  return Object.fromEntries(entries);
}

/** Creates the environment of the deployed function, with other URLs. */
export function createEnvironment(endpoints: Endpoints = {}): Record<string, string> {
  const unusedUrl = 'http://127.0.0.1:9';
  const { tableName = 'none', databaseUrl = unusedUrl, gatewayUrl = unusedUrl } = endpoints;
  return {
    ...readDefaults(),
    TABLE_NAME: tableName,
    // One connection sends all requests, many more than a client may send.
    RATE: '1000000',
    BURST: '1000000',
    WEBSOCKET_URL: 'wss://chat.example/bench',
    CONNECTIONS_ENDPOINT: gatewayUrl,
    LAMBDA_ENDPOINT: endpoints.lambdaUrl ?? unusedUrl,
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    DYNAMODB_ENDPOINT: databaseUrl,
    // The SDK clients of the controls read this variable.
    AWS_ENDPOINT_URL_DYNAMODB: databaseUrl,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'ASIABENCHBENCHBENCH0',
    AWS_SECRET_ACCESS_KEY: 'bench/bench/bench/bench/bench/bench/bench',
    // About as long as the token of a deployed function.
    AWS_SESSION_TOKEN: 'bench'.repeat(160),
  };
}
