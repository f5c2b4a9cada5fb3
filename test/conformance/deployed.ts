import { service } from '../helpers/serverless.ts';
import { type AwsCall, arn, place } from './aws-call.ts';

/** A stack as it is deployed, as far as its function's role and environment say it. */
export interface Deployed {
  /** What the role allows, with what depends on a parameter. */
  readonly permissions: readonly AwsCall[];
  readonly environment: Readonly<Record<string, string>>;
  /** The name of the secret in Parameter Store. */
  readonly parameter: string;
}

/** Resolves the stage `test` of `serverless.yml`, with every part that a parameter brings. */
export function deploy(tableName: string): Deployed {
  const parameter = '/kaiwa/test/jwt';
  const stage: Readonly<Record<string, string>> = {
    'self:service': 'kaiwa',
    'self:provider.stage': 'test',
    'param:auth': 'jwt',
    'param:secretParameter': parameter,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::Region': place.region,
    'AWS::AccountId': place.account,
    WebsocketsApi: place.api,
  };
  const resources: Readonly<Record<string, string>> = {
    Table: tableName,
    'Table.Arn': arn('dynamodb', `table/${tableName}`),
    'DeadLetterQueue.Arn': arn('sqs', 'kaiwa-test-DeadLetterQueue'),
    'ChatLogs.Arn': arn('logs', 'log-group:/aws/lambda/kaiwa-test-chat:*'),
  };
  const preset = (name: string) => service.params.default[name.replace('param:', '')];
  const resolved = (value: unknown) =>
    resources[String(value)] ??
    String(value).replace(/\$\{([^}]+)\}/g, (_, name: string) => stage[name] ?? `${preset(name)}`);
  const environment = Object.entries(service.provider.environment).map(([name, value]) => [
    name,
    resolved(value),
  ]);
  return {
    permissions: permissions(resolved),
    environment: Object.fromEntries(environment),
    parameter,
  };
}

function permissions(resolved: (value: unknown) => string): AwsCall[] {
  const { Policies } = service.resources.Resources.ChatRole.Properties;
  return Policies.map((policy) => ('Fn::If' in policy ? policy['Fn::If'][1] : policy))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          [Resource].flat().map((resource) => ({ action, resource: resolved(resource) })),
        ),
    );
}
