import { actions } from '../../schemas/index.ts';
import type { PackagedStack } from '../helpers/packaged.ts';

/** Defines the tests of the resources of the stack, and of the calls between them. */
export function defineTemplateTests(packaged: PackagedStack): void {
  it('has exactly one function', () => {
    const functions = packaged.resourcesOfType('AWS::Lambda::Function');
    expect(functions).toHaveLength(1);
    expect(functions[0]?.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
    });
  });

  it('has a route with a route response for every action and for $default', () => {
    const routes = packaged
      .resourcesOfType('AWS::ApiGatewayV2::Route')
      .map(({ Properties }) => Properties);
    const names = [...Object.keys(actions), '$connect', '$default', '$disconnect'];
    names.push('GET /', 'GET /contract');
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(names.sort());
    const withResponse = routes
      .filter(({ RouteResponseSelectionExpression: selected }) => selected === '$default')
      .map(({ RouteKey }) => RouteKey);
    expect(withResponse).toEqual(expect.arrayContaining([...Object.keys(actions), '$default']));
    expect(packaged.resourcesOfType('AWS::ApiGatewayV2::RouteResponse')).toHaveLength(
      withResponse.length,
    );
  });

  it('[SEC-069] has exactly one role, for the function', () => {
    expect(packaged.resourcesOfType('AWS::IAM::Role')).toHaveLength(1);
    const [chat] = packaged.resourcesOfType('AWS::Lambda::Function');
    expect(chat?.Properties.Role).toEqual({ 'Fn::GetAtt': ['ChatRole', 'Arn'] });
    const policyTypes = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'];
    expect(policyTypes.flatMap((type) => packaged.resourcesOfType(type))).toEqual([]);
    expect(packaged.resourcesOfType('AWS::IAM::Role')[0]?.Properties).not.toHaveProperty(
      'ManagedPolicyArns',
    );
  });

  it('lets the function invoke only itself, and send only to its dead-letter queue', () => {
    const [role] = packaged.resourcesOfType('AWS::IAM::Role');
    const statements = role?.Properties.Policies[0].PolicyDocument.Statement;
    const allowed = (action: string) =>
      statements.filter(({ Action }: { Action: unknown }) =>
        JSON.stringify(Action).includes(action),
      );
    const [chat] = packaged.resourcesOfType('AWS::Lambda::Function');
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
        Resource: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
      },
    ]);
  });

  it('sends a chunk to the dead-letter queue after two retries within 300 seconds', () => {
    const invokeConfigs = packaged.resourcesOfType('AWS::Lambda::EventInvokeConfig');
    expect(invokeConfigs.map(({ Properties }) => Properties)).toEqual([
      {
        FunctionName: { Ref: 'ChatLambdaFunction' },
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 2,
        MaximumEventAgeInSeconds: 300,
        DestinationConfig: {
          OnFailure: { Destination: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] } },
        },
      },
    ]);
  });

  it('[SEC-070] lets only the APIs of this stack invoke the function', () => {
    const permissions = packaged.resourcesOfType('AWS::Lambda::Permission');
    const sources = permissions.map(({ Properties }) => JSON.stringify(Properties.SourceArn));
    expect(sources.sort()).toEqual([
      expect.stringMatching(/"HttpApi".*"\/\*"/),
      expect.stringContaining('{WebsocketsApi}/dev/*"'),
    ]);
  });

  it('[SEC-019] makes API Gateway limit the rate of all connections together', () => {
    const stages = packaged
      .resourcesOfType('AWS::ApiGatewayV2::Stage')
      .map(({ Properties }) => Properties);
    expect(stages).toHaveLength(2);
    for (const { DefaultRouteSettings } of stages) {
      expect(DefaultRouteSettings).toEqual({
        ThrottlingRateLimit: 2000,
        ThrottlingBurstLimit: 4000,
      });
    }
  });
}
