import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { actions } from '../../schemas/index.ts';
import { service } from '../support/serverless.ts';
import { Checkout } from '../support/stack.ts';

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

async function packaged(stage: string): Promise<Record<string, Resource>> {
  expect(await checkout.sls(['package', '--stage', stage]).exit()).toBe(0);
  return JSON.parse(read('cloudformation-template-update-stack.json')).Resources;
}

afterAll(() => checkout.remove());

describe('sls package', () => {
  let resources: Record<string, Resource>;
  const ofType = (type: string) => Object.values(resources).filter(({ Type }) => Type === type);

  beforeAll(async () => {
    resources = await packaged('dev');
  });

  it('makes an artifact of at most 400 KB', () => {
    expect(statSync(join(checkout.folder, '.serverless/kaiwa.zip')).size).toBeLessThan(400 * 1024);
  });

  it('puts nothing of the schema compiler into it but how it counts characters', async () => {
    const outdir = join(checkout.folder, 'bundle');
    const { plugins, outputFileExtension, ...options } = service.custom.esbuild;
    const entryPoints = ['src/lambda.ts'];
    const { metafile } = await build({ ...options, entryPoints, outdir, metafile: true });
    const compiler = Object.keys(metafile.inputs).filter((name) => name.includes('/ajv/'));
    expect(compiler).toEqual(['node_modules/ajv/dist/runtime/ucs2length.js']);
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
    const names = [...Object.keys(actions), '$connect', '$default', '$disconnect', 'GET /'];
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
      expect(JSON.stringify(Resource).replace('/POST/@connections/*', '')).not.toContain('*');
    }
  });

  it('names nothing else by a wildcard, but for what osls itself makes', () => {
    const ours = Object.entries(resources).filter(
      ([name]) => !name.startsWith('ServerlessDeployment'),
    );
    const wild = JSON.stringify(ours).match(/"[^"]*\*[^"]*"/g) ?? [];
    const [http, ...websocket] = wild.toSorted();
    // Any route of our one HTTP API, and of our WebSocket API's stage, may call the function.
    expect(http).toBe('"/*"');
    expect(websocket).toEqual([
      expect.stringContaining('{WebsocketsApi}/dev/*"'),
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

  it('retains the table of production and lets it be wound back', async () => {
    const { Table } = await packaged('production');
    expect(Table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
    });
  });
});
