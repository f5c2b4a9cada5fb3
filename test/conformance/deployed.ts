import { serverlessConfig } from '../helpers/serverless.ts';
import { type AwsCall, stackLocation, toArn } from './aws-call.ts';

/** The role and the environment of a deployed function. */
export interface DeployedStack {
  /** The permissions of the role, conditional ones included. */
  readonly permissions: readonly AwsCall[];
  readonly environment: Readonly<Record<string, string>>;
  /** The name of the secret in Parameter Store. */
  readonly secretParameter: string;
}

/** Resolves the stage `test` of `serverless.yml`, with every conditional part. */
export function resolveStack(tableName: string): DeployedStack {
  const secretParameter = '/kaiwa/test/jwt';
  const stage: Readonly<Record<string, string>> = {
    'self:service': 'kaiwa',
    'self:provider.stage': 'test',
    'param:auth': 'jwt',
    'param:secretParameter': secretParameter,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::Region': stackLocation.region,
    'AWS::AccountId': stackLocation.account,
    WebsocketsApi: stackLocation.api,
  };
  const resources: Readonly<Record<string, string>> = {
    Table: tableName,
    'Table.Arn': toArn('dynamodb', `table/${tableName}`),
    'DeadLetterQueue.Arn': toArn('sqs', 'kaiwa-test-DeadLetterQueue'),
    'ChatLogs.Arn': toArn('logs', 'log-group:/aws/lambda/kaiwa-test-chat:*'),
  };
  const defaultParameter = (name: string) =>
    serverlessConfig.params.default[name.replace('param:', '')];
  const resolve = (value: unknown) =>
    resources[String(value)] ??
    String(value).replace(
      /\$\{([^}]+)\}/g,
      (_, name: string) => stage[name] ?? `${defaultParameter(name)}`,
    );
  const environment = Object.entries(serverlessConfig.provider.environment).map(([name, value]) => [
    name,
    resolve(value),
  ]);
  return {
    permissions: resolvePermissions(resolve),
    environment: Object.fromEntries(environment),
    secretParameter,
  };
}

function resolvePermissions(resolve: (value: unknown) => string): AwsCall[] {
  const { Policies } = serverlessConfig.resources.Resources.ChatRole.Properties;
  return Policies.map((policy) => ('Fn::If' in policy ? policy['Fn::If'][1] : policy))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          [Resource].flat().map((resource) => ({ action, resource: resolve(resource) })),
        ),
    );
}
