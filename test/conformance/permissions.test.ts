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

/** What AWS itself does as the function's role: no code of ours calls it. */
const lambdaEnvironment: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': 'Lambda begins a stream for each instance',
  'logs:PutLogEvents': 'Lambda writes down what the function says',
  'sqs:SendMessage': 'Lambda puts into the queue what has failed for good',
  'xray:PutTelemetryRecords': 'the daemon beside the function tells how it is',
  'xray:PutTraceSegments': 'the daemon beside the function passes on its traces',
};

const secret = 'known to whoever signs tokens, and to nobody else';

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
    const made = parseAwsCall(call);
    calls.push({ ...made, method: call.method });
    if (made.action.startsWith('dynamodb:')) return undefined;
    if (made.action !== 'lambda:InvokeFunction') {
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

/** What the deployed function finds around it; but all of AWS is here, and two are a big room. */
function environment(): Record<string, string> {
  const here = Object.entries(stack.environment).map(([name, value]) => [
    name,
    name.endsWith('_ENDPOINT') ? value.replace(/^https:\/\/[^/]+/, aws.url) : value,
  ]);
  return {
    ...Object.fromEntries(here),
    ...{ FANOUT_THRESHOLD: '1', BURST: '40' },
    AWS_REGION: stackLocation.region,
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_LAMBDA_FUNCTION_NAME: 'kaiwa-test-chat',
  };
}

/** Whether a permission is for that call: a star stands for anything. */
function covers(permission: AwsCall, { action, resource }: AwsCall): boolean {
  const pattern = permission.resource.replace(/\W/g, (one) => (one === '*' ? '.*' : `\\${one}`));
  return permission.action === action && new RegExp(`^${pattern}$`).test(resource);
}

const formatCall = ({ action, resource }: AwsCall) => `${action} on ${resource}`;

/** What is bundled: the files, ours and those of packages, and the modules of Node’s that each imports. */
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

describe('the function’s role', () => {
  it('allows every call that the function makes', () => {
    const refused = calls.filter((call) => !stack.permissions.some((one) => covers(one, call)));
    expect([...new Set(refused.map(formatCall))]).toEqual([]);
    expect(calls.length).toBeGreaterThan(100);
  });

  it('allows nothing that neither the function does nor AWS for it', () => {
    const idle = stack.permissions.filter(
      (one) => !(one.action in lambdaEnvironment) && !calls.some((call) => covers(one, call)),
    );
    expect(idle.map(formatCall)).toEqual([]);
  });

  it('names all that has a name before it is there', () => {
    const many = stack.permissions.filter(({ resource }) => resource.includes('*'));
    const connections = `arn:aws:execute-api:${stackLocation.region}:${stackLocation.account}:${stackLocation.api}/test`;
    const streams = `arn:aws:logs:${stackLocation.region}:${stackLocation.account}:log-group:/aws/lambda/kaiwa-test-chat:*`;
    expect(many.map(formatCall).sort()).toEqual([
      `execute-api:ManageConnections on ${connections}/DELETE/@connections/*`,
      `execute-api:ManageConnections on ${connections}/POST/@connections/*`,
      `logs:CreateLogStream on ${streams}`,
      `logs:PutLogEvents on ${streams}`,
      // No trace is one function's alone.
      'xray:PutTelemetryRecords on *',
      'xray:PutTraceSegments on *',
    ]);
  });

  it('allows all that AWS does for the function', () => {
    const actions = stack.permissions.map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(Object.keys(lambdaEnvironment)));
  });
});

describe('the calls of that run', () => {
  it('are of every kind that is written down in what is deployed', async () => {
    const code = (await bundleHandler()).map((one) => one.code).join('\n');
    // Each sender is of one service and one method; none is made that did not send.
    const senders = code.match(/(?<!function )\bcreateAwsClient\(/g) ?? [];
    const kinds = new Set(calls.map(({ action, method }) => `${method} ${action.split(':')[0]}`));
    expect([...kinds]).toHaveLength(senders.length);
    const operations = [...code.matchAll(/\bcreateSender\('(\w+)'\)/g)].map(([, name]) => name);
    const made = calls.map(({ action }) => action.split(':')).filter(([of]) => of === 'dynamodb');
    expect([...new Set(made.map(([, name]) => name))].sort()).toEqual(operations.sort());
  });

  it('are all there can be: nothing else that is deployed signs a request or opens a connection', async () => {
    const files = await bundleHandler();
    const naming = (pattern: RegExp) =>
      files.filter(({ code }) => pattern.test(code)).map(({ name }) => name);
    expect(naming(/\bcreateSigner\(/).sort()).toEqual([
      'src/server/aws/client.ts',
      'src/server/aws/sigv4.ts',
    ]);
    const open = 'http https http2 net tls dgram child_process worker_threads'.split(' ');
    const doors = files.filter(({ builtins }) => builtins.some((name) => open.includes(name)));
    // middy takes from it how the statuses are called, and no more.
    const names = ['src/server/aws/client.ts', 'node_modules/@middy/util/index.js'];
    expect(doors.map(({ name }) => name)).toEqual(names);
    // The issuer's public keys: nothing of AWS, and without a signature.
    const fetching = naming(/\bfetch\(|\bWebSocket\(|\bEventSource\(/);
    expect(fetching.filter((name) => !name.includes('/jose/'))).toEqual([
      'src/server/auth/fetch-json.ts',
    ]);
  });
});
