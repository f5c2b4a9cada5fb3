import { serverlessConfig } from '../../helpers/serverless.ts';

/** What a Lambda of the bench talks to. */
export interface Endpoints {
  readonly tableName?: string;
  readonly database?: string;
  readonly gateway?: string;
  readonly functions?: string;
}

/** What `serverless.yml` gives the function, with the parameters' defaults; where AWS decides, nothing. */
function readDefaults(): Record<string, string> {
  const { params, provider } = serverlessConfig;
  const entries = Object.entries(provider.environment).map(([name, value]) => {
    const [, parameter] = /^\$\{param:(\w+)\}$/.exec(String(value)) ?? [];
    return [name, String(parameter === undefined ? value : params.default[parameter])];
  });
  return Object.fromEntries(entries);
}

/** The environment of the deployed function, with these ends to talk to. */
export function createEnvironment(endpoints: Endpoints = {}): Record<string, string> {
  const nowhere = 'http://127.0.0.1:9';
  const { tableName = 'none', database = nowhere, gateway = nowhere } = endpoints;
  return {
    ...readDefaults(),
    TABLE_NAME: tableName,
    // One connection sends for all: more than one client may.
    RATE: '1000000',
    BURST: '1000000',
    WEBSOCKET_URL: 'wss://chat.example/bench',
    CONNECTIONS_ENDPOINT: gateway,
    LAMBDA_ENDPOINT: endpoints.functions ?? nowhere,
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    DYNAMODB_ENDPOINT: database,
    // The controls' clients find it by this.
    AWS_ENDPOINT_URL_DYNAMODB: database,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'ASIABENCHBENCHBENCH0',
    AWS_SECRET_ACCESS_KEY: 'bench/bench/bench/bench/bench/bench/bench',
    // About as long as a Lambda's own.
    AWS_SESSION_TOKEN: 'bench'.repeat(160),
  };
}
