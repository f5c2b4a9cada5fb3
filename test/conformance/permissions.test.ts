import { readFileSync } from 'node:fs';
import type { Context } from 'aws-lambda';
import { bundleLambda } from '../../src/build/release/sbom-plugin.ts';
import type { Chunk } from '../../src/server/delivery/chunk.ts';
import { openTestTable, type TestTable } from '../helpers/database.ts';
import { FaultProxy, type ProxyRequest, respondWith } from '../helpers/fakes/fault-proxy.ts';
import { serverlessConfig } from '../helpers/serverless.ts';
import { type AwsCall, parseAwsCall, stackLocation } from './aws-call.ts';
import { type DeployedStack, resolveStack } from './deployed.ts';
import { exerciseEveryRoute, type Invoke } from './every-route.ts';

/** The calls that AWS makes with the function's role. No code of the function makes them. */
const lambdaEnvironment: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': 'Lambda creates a log stream for each instance',
  'logs:PutLogEvents': 'Lambda writes the output of the function',
  'sqs:SendMessage': 'Lambda puts permanently failed chunks into the dead-letter queue',
  'xray:PutTelemetryRecords': 'the X-Ray daemon reports its own state',
  'xray:PutTraceSegments': 'the X-Ray daemon sends the traces of the function',
};

const secret = 'the secret that only the signer of tokens knows';

let table: TestTable;
let aws: FaultProxy;
let stack: DeployedStack;
const calls: (AwsCall & Pick<ProxyRequest, 'method'>)[] = [];

beforeAll(async () => {
  table = await openTestTable();
  stack = resolveStack(table.tableName);
  aws = await FaultProxy.start(table.sdkConfig.endpoint);
  const chunks: Chunk[] = [];
  aws.fault = (call) => {
    const parsed = parseAwsCall(call);
    calls.push({ ...parsed, method: call.method });
    if (parsed.action.startsWith('dynamodb:')) return undefined;
    if (parsed.action !== 'lambda:InvokeFunction') {
      return respondWith(200, JSON.stringify({ Parameter: { Value: secret } }));
    }
    chunks.push(JSON.parse(call.body.toString()));
    return respondWith(202);
  };
  Object.assign(process.env, environment());
  const { handler } = await import('../../src/server/lambda.ts');
  const log = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const context = { getRemainingTimeInMillis: () => 28_000, awsRequestId: 'request-1' };
  const getDeletedCount = () => calls.filter(({ method }) => method === 'DELETE').length;
  const invoke: Invoke = (event) => handler(event, context as Context);
  await exerciseEveryRoute(invoke, { chunks, secret, getDeletedCount }).finally(() =>
    log.mockRestore(),
  );
});
afterAll(async () => {
  await aws.close();
  await table.close();
});

/** The environment of the deployed function, but with local endpoints, and with two connections as a large room. */
function environment(): Record<string, string> {
  const variables = Object.entries(stack.environment).map(([name, value]) => [
    name,
    name.endsWith('_ENDPOINT') ? value.replace(/^https:\/\/[^/]+/, aws.url) : value,
  ]);
  return {
    ...Object.fromEntries(variables),
    FANOUT_THRESHOLD: '1',
    BURST: '40',
    AWS_REGION: stackLocation.region,
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_LAMBDA_FUNCTION_NAME: 'kaiwa-test-chat',
  };
}

/** Returns whether a permission allows a call. A star matches anything. */
function covers(permission: AwsCall, { action, resource }: AwsCall): boolean {
  const pattern = permission.resource.replace(/\W/g, (character) =>
    character === '*' ? '.*' : `\\${character}`,
  );
  return permission.action === action && new RegExp(`^${pattern}$`).test(resource);
}

const formatCall = ({ action, resource }: AwsCall) => `${action} on ${resource}`;

/** Lists the bundled files, each with its code and the Node modules that it imports. */
async function bundleHandler() {
  const { metafile } = await bundleLambda(serverlessConfig.custom.esbuild);
  return Object.entries(metafile.inputs)
    .filter(([name]) => /\.[cm]?[jt]s$/.test(name))
    .map(([name, { imports }]) => ({
      name,
      code: readFileSync(name, 'utf8'),
      builtins: imports.map(({ path }) => /^builtin:(?:node:)?(.*)/.exec(path)?.[1] ?? ''),
    }));
}

describe('ChatRole', () => {
  it('allows every call that the function makes', () => {
    const denied = calls.filter(
      (call) => !stack.permissions.some((permission) => covers(permission, call)),
    );
    expect([...new Set(denied.map(formatCall))]).toEqual([]);
    expect(calls.length).toBeGreaterThan(100);
  });

  it('[SEC-067] allows no call that neither the function nor AWS makes', () => {
    const unused = stack.permissions.filter(
      (permission) =>
        !(permission.action in lambdaEnvironment) &&
        !calls.some((call) => covers(permission, call)),
    );
    expect(unused.map(formatCall)).toEqual([]);
  });

  it('uses wildcards only for resources without a known name', () => {
    const wildcards = stack.permissions.filter(({ resource }) => resource.includes('*'));
    const connections = `arn:aws:execute-api:${stackLocation.region}:${stackLocation.account}:${stackLocation.api}/test`;
    const streams = `arn:aws:logs:${stackLocation.region}:${stackLocation.account}:log-group:/aws/lambda/kaiwa-test-chat:*`;
    expect(wildcards.map(formatCall).sort()).toEqual([
      `execute-api:ManageConnections on ${connections}/DELETE/@connections/*`,
      `execute-api:ManageConnections on ${connections}/POST/@connections/*`,
      `logs:CreateLogStream on ${streams}`,
      `logs:PutLogEvents on ${streams}`,
      // X-Ray cannot limit access to the traces of one function.
      'xray:PutTelemetryRecords on *',
      'xray:PutTraceSegments on *',
    ]);
  });

  it('allows every call that AWS makes for the function', () => {
    const actions = stack.permissions.map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(Object.keys(lambdaEnvironment)));
  });
});

describe('the recorded calls', () => {
  it('cover every kind of call in the deployed code', async () => {
    const code = (await bundleHandler()).map((file) => file.code).join('\n');
    // Each AWS client is for one service and one method, and has sent a request.
    const clients = code.match(/(?<!function )\bcreateAwsClient\(/g) ?? [];
    const kinds = new Set(calls.map(({ action, method }) => `${method} ${action.split(':')[0]}`));
    expect([...kinds]).toHaveLength(clients.length);
    const operations = [...code.matchAll(/\bcreateSender\('(\w+)'\)/g)].map(([, name]) => name);
    const called = calls
      .map(({ action }) => action.split(':'))
      .filter(([service]) => service === 'dynamodb');
    expect([...new Set(called.map(([, name]) => name))].sort()).toEqual(operations.sort());
  });

  it('[SEC-068] are complete, since no other deployed code signs a request or opens a connection', async () => {
    const files = await bundleHandler();
    const findFiles = (pattern: RegExp) =>
      files.filter(({ code }) => pattern.test(code)).map(({ name }) => name);
    expect(findFiles(/\bcreateSigner\(/).sort()).toEqual([
      'src/server/aws/client.ts',
      'src/server/aws/sigv4.ts',
    ]);
    const networkModules = 'http https http2 net tls dgram child_process worker_threads'.split(' ');
    const networkFiles = files.filter(({ builtins }) =>
      builtins.some((name) => networkModules.includes(name)),
    );
    // middy only uses the names of the HTTP statuses.
    const names = ['src/server/aws/client.ts', 'node_modules/@middy/util/index.js'];
    expect(networkFiles.map(({ name }) => name)).toEqual(names);
    // This fetches the public keys of the issuer, not from AWS, and without a signature.
    const fetching = findFiles(/\bfetch\(|\bWebSocket\(|\bEventSource\(/);
    expect(fetching.filter((name) => !name.includes('/jose/'))).toEqual([
      'src/server/auth/fetch-json.ts',
    ]);
  });
});
