import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { actions } from '../../schemas/index.ts';
import { service } from '../support/serverless.ts';
import { Checkout } from '../support/stack.ts';
import { unzip } from '../support/unzip.ts';

jest.setTimeout(60_000);

/** What the tests look at in a CloudFormation resource. */
interface Resource {
  Type: string;
  DeletionPolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is looked at here, not relied on
  Properties: any;
}

const checkout = new Checkout();
const read = (name: string) => readFileSync(join(checkout.folder, '.serverless', name), 'utf8');

/** The command that packages a stage, with parameters such as `auth=none`. */
const packaging = (stage: string, params: readonly string[]) =>
  checkout.sls(['package', '--stage', stage, ...params.map((param) => `--param=${param}`)]);

async function packaged(stage: string, ...params: string[]): Promise<Record<string, Resource>> {
  expect(await packaging(stage, params).exit()).toBe(0);
  return JSON.parse(read('cloudformation-template-update-stack.json')).Resources;
}

afterAll(() => checkout.remove());

/** What Lambda itself puts into the environment of every function, as far as it is read. */
const ofLambda: Record<string, string> = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'id',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
  AWS_LAMBDA_FUNCTION_NAME: 'kaiwa-dev-chat',
};

describe('sls package', () => {
  let resources: Record<string, Resource>;
  const ofType = (type: string) => Object.values(resources).filter(({ Type }) => Type === type);

  beforeAll(async () => {
    resources = await packaged('dev');
  });

  it('makes an artifact of at most 400 KB', () => {
    expect(statSync(join(checkout.folder, '.serverless/kaiwa.zip')).size).toBeLessThan(400 * 1024);
  });

  it('puts all that runs into it: unpacked alone, it answers', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kaiwa-'));
    const files = unzip(join(checkout.folder, '.serverless/kaiwa.zip'), folder);
    const chunks = files.flatMap(
      (file) => readFileSync(join(folder, file), 'utf8').match(/(?<="\.\/)[\w-]+\.mjs(?=")/g) ?? [],
    );
    expect(files).toEqual(expect.arrayContaining(chunks.map((chunk) => `src/${chunk}`)));
    const settings = ofType('AWS::Lambda::Function')[0]?.Properties.Environment.Variables;
    const env = { ...ofLambda };
    for (const [name, value] of Object.entries(settings)) {
      env[name] = typeof value === 'object' ? 'https://chat.example/dev' : String(value);
    }
    const script = `
      const { handler } = await import('./src/lambda.mjs');
      const event = { version: '2.0', routeKey: 'GET /', requestContext: { http: { method: 'GET' } } };
      const context = { getRemainingTimeInMillis: () => 28_000 };
      console.log(JSON.stringify(await handler(event, context)));`;
    const args = ['--input-type=module', '--eval', script];
    const said = execFileSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
    expect(JSON.parse(said)).toMatchObject({
      statusCode: 200,
      body: expect.stringContaining('https://chat.example/dev'),
    });
    rmSync(folder, { recursive: true });
  });

  /** What esbuild tells of the bundle. */
  async function bundled() {
    const outdir = join(checkout.folder, 'bundle');
    const { plugins, outputFileExtension, ...options } = service.custom.esbuild;
    const entryPoints = ['src/lambda.ts'];
    return (await build({ ...options, entryPoints, outdir, metafile: true })).metafile;
  }

  it('puts nothing of the schema compiler into it but how it counts characters', async () => {
    const { inputs } = await bundled();
    const compiler = Object.keys(inputs).filter((name) => name.includes('/ajv/'));
    expect(compiler).toEqual(['node_modules/ajv/dist/runtime/ucs2length.js']);
  });

  it('puts what checks tokens aside, and the page and the contract, until they are asked for', async () => {
    const { inputs, outputs } = await bundled();
    const [entry] =
      Object.entries(outputs).find(([, of]) => of.entryPoint === 'src/lambda.ts') ?? [];
    const atOnce = new Set([entry ?? '']);
    for (const file of atOnce) {
      const imports = outputs[file]?.imports ?? [];
      for (const { path, kind } of imports) if (kind === 'import-statement') atOnce.add(path);
    }
    const loaded = [...atOnce].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
    for (const part of [
      '/jose/',
      'generated/page.json',
      'contract/asyncapi.json',
      'routes/http.ts',
    ]) {
      const known = (names: string[]) => names.filter((name) => name.includes(part));
      expect(known(Object.keys(inputs))).not.toEqual([]);
      expect(known(loaded)).toEqual([]);
    }
    expect(loaded).toContain('src/lambda.ts');
  });

  it('makes exactly one function', () => {
    expect(ofType('AWS::Lambda::Function')).toHaveLength(1);
    expect(ofType('AWS::Lambda::Function')[0]?.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
    });
  });

  it('gives every action and $default a route with a route response', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey);
    const names = [...Object.keys(actions), '$connect', '$default', '$disconnect'];
    names.push('GET /', 'GET /contract');
    expect(routes.sort()).toEqual(names.sort());
    const answering = ofType('AWS::ApiGatewayV2::Route')
      .filter(({ Properties }) => Properties.RouteResponseSelectionExpression === '$default')
      .map(({ Properties }) => Properties.RouteKey);
    expect(answering).toEqual(expect.arrayContaining([...Object.keys(actions), '$default']));
    expect(ofType('AWS::ApiGatewayV2::RouteResponse')).toHaveLength(answering.length);
  });

  it('allows the function’s role only named calls on named resources', () => {
    const roles = ofType('AWS::IAM::Role');
    expect(roles).toHaveLength(1);
    const statements = roles[0]?.Properties.Policies[0].PolicyDocument.Statement;
    for (const { Action, Resource } of statements) {
      expect(JSON.stringify(Action)).not.toContain('*');
      // A connection's id is not known before it connects: nothing else may stand for many.
      const named = JSON.stringify(Resource).replaceAll(/(POST|DELETE)\/@connections\/\*/g, '');
      expect(named).not.toContain('*');
    }
  });

  it('lets the function call no function but itself, and fill no queue but its own', () => {
    const statements = ofType('AWS::IAM::Role')[0]?.Properties.Policies[0].PolicyDocument.Statement;
    const allowed = (action: string) =>
      statements.filter((one: { Action: unknown }) => JSON.stringify(one.Action).includes(action));
    const [chat] = ofType('AWS::Lambda::Function');
    expect(allowed('lambda:')).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: {
          'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${chat?.Properties.FunctionName}`,
        },
      },
    ]);
    expect(allowed('sqs:')).toEqual([
      {
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: { 'Fn::GetAtt': ['Undelivered', 'Arn'] },
      },
    ]);
  });

  it('has what fails twice more, a minute and three minutes later, put into an encrypted queue', () => {
    expect(ofType('AWS::Lambda::EventInvokeConfig').map(({ Properties }) => Properties)).toEqual([
      {
        FunctionName: { Ref: 'ChatLambdaFunction' },
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 2,
        MaximumEventAgeInSeconds: 300,
        DestinationConfig: {
          OnFailure: { Destination: { 'Fn::GetAtt': ['Undelivered', 'Arn'] } },
        },
      },
    ]);
    expect(ofType('AWS::SQS::Queue').map(({ Properties }) => Properties)).toEqual([
      { MessageRetentionPeriod: 4 * 24 * 3600, SqsManagedSseEnabled: true },
    ]);
  });

  it('names nothing else by a wildcard, but for what osls itself makes', () => {
    const ours = Object.entries(resources).filter(
      ([name]) => !name.startsWith('ServerlessDeployment'),
    );
    const wild = JSON.stringify(ours).match(/"[^"]*\*[^"]*"/g) ?? [];
    const [origins, http, ...websocket] = wild.toSorted();
    expect(origins).toBe('"*"');
    // Any route of our one HTTP API, and of our WebSocket API's stage, may call the function.
    expect(http).toBe('"/*"');
    expect(websocket).toEqual([
      expect.stringContaining('{WebsocketsApi}/dev/*"'),
      expect.stringContaining('{WebsocketsApi}/dev/DELETE/@connections/*"'),
      expect.stringContaining('{WebsocketsApi}/dev/POST/@connections/*"'),
    ]);
  });

  it('lets nothing but this stack’s own APIs call the function', () => {
    const permissions = ofType('AWS::Lambda::Permission');
    expect(permissions).toHaveLength(2);
    for (const { Properties } of permissions) {
      expect(JSON.stringify(Properties.SourceArn)).toMatch(/WebsocketsApi|HttpApi/);
    }
  });

  it('makes the table on demand, with expiry', () => {
    const [table] = ofType('AWS::DynamoDB::Table');
    expect(table).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
      },
    });
  });

  it('keeps logs for a set time', () => {
    expect(ofType('AWS::Logs::LogGroup')[0]?.Properties.RetentionInDays).toBe(30);
  });

  it('has the gateway itself hold everyone together to a rate', () => {
    const stages = ofType('AWS::ApiGatewayV2::Stage').map(({ Properties }) => Properties);
    expect(stages).toHaveLength(2);
    for (const { DefaultRouteSettings } of stages) {
      expect(DefaultRouteSettings).toEqual({
        ThrottlingRateLimit: 2000,
        ThrottlingBurstLimit: 4000,
      });
    }
  });

  it('refuses a production that nobody has said who may come to, in plain words', async () => {
    const refusal = packaging('production', []);
    await refusal.line('The stage production asks for tokens, and nobody is named who signs them.');
    expect(await refusal.exit()).toBe(1);
  });

  it('asks for tokens in production, and lets the function read the one secret that signs them', async () => {
    const name = '/kaiwa/production/jwt';
    const params = ['issuer=https://login.example/', 'audience=kaiwa', `secret=${name}`];
    const made = await packaged('production', ...params);
    expect(made['ChatLambdaFunction']?.Properties.Environment.Variables).toMatchObject({
      AUTH: 'jwt',
      ISSUER: 'https://login.example/',
      AUDIENCE: 'kaiwa',
      SECRET_PARAMETER: name,
    });
    const text = read('cloudformation-template-update-stack.json');
    const isSecretNamed = { 'Fn::Not': [{ 'Fn::Equals': [name, ''] }] };
    expect(JSON.parse(text).Conditions).toEqual({ BySecret: isSecretNamed });
    const arn = `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter${name}`;
    const Statement = [
      { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: { 'Fn::Sub': arn } },
    ];
    expect(made['ChatRole']?.Properties.Policies[1]['Fn::If']).toEqual([
      'BySecret',
      { PolicyName: 'secret', PolicyDocument: { Version: '2012-10-17', Statement } },
      { Ref: 'AWS::NoValue' },
    ]);
    expect(text).not.toMatch(/resolve:(ssm|secretsmanager)/);
  });

  it('retains the table of production and lets it be wound back', async () => {
    const { Table } = await packaged('production', 'auth=none');
    expect(Table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
    });
  });
});
