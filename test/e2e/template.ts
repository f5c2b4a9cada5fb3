import { actions } from '../../schemas/index.ts';
import type { PackagedStack } from '../helpers/packaged.ts';

/** Tests of what the stack is made of, and who may call whom in it. */
export function defineTemplateTests(packaged: PackagedStack): void {
  it('makes exactly one function', () => {
    const functions = packaged.resourcesOfType('AWS::Lambda::Function');
    expect(functions).toHaveLength(1);
    expect(functions[0]?.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
    });
  });

  it('gives every action and $default a route with a route response', () => {
    const routes = packaged
      .resourcesOfType('AWS::ApiGatewayV2::Route')
      .map(({ Properties }) => Properties);
    const names = [...Object.keys(actions), '$connect', '$default', '$disconnect'];
    names.push('GET /', 'GET /contract');
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(names.sort());
    const answering = routes
      .filter(({ RouteResponseSelectionExpression: chosen }) => chosen === '$default')
      .map(({ RouteKey }) => RouteKey);
    expect(answering).toEqual(expect.arrayContaining([...Object.keys(actions), '$default']));
    expect(packaged.resourcesOfType('AWS::ApiGatewayV2::RouteResponse')).toHaveLength(
      answering.length,
    );
  });

  it('makes one role alone, for the function', () => {
    expect(packaged.resourcesOfType('AWS::IAM::Role')).toHaveLength(1);
    const [chat] = packaged.resourcesOfType('AWS::Lambda::Function');
    expect(chat?.Properties.Role).toEqual({ 'Fn::GetAtt': ['ChatRole', 'Arn'] });
    const further = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'];
    expect(further.flatMap((type) => packaged.resourcesOfType(type))).toEqual([]);
    expect(packaged.resourcesOfType('AWS::IAM::Role')[0]?.Properties).not.toHaveProperty(
      'ManagedPolicyArns',
    );
  });

  it('lets the function call no function but itself, and fill no queue but its own', () => {
    const [role] = packaged.resourcesOfType('AWS::IAM::Role');
    const statements = role?.Properties.Policies[0].PolicyDocument.Statement;
    const allowed = (action: string) =>
      statements.filter((one: { Action: unknown }) => JSON.stringify(one.Action).includes(action));
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

  it('has what fails twice more, a minute and three minutes later, put into the queue', () => {
    const invoking = packaged.resourcesOfType('AWS::Lambda::EventInvokeConfig');
    expect(invoking.map(({ Properties }) => Properties)).toEqual([
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

  it('lets nothing but this stack’s own APIs call the function, by any route of theirs', () => {
    const permissions = packaged.resourcesOfType('AWS::Lambda::Permission');
    const sources = permissions.map(({ Properties }) => JSON.stringify(Properties.SourceArn));
    expect(sources.sort()).toEqual([
      expect.stringMatching(/"HttpApi".*"\/\*"/),
      expect.stringContaining('{WebsocketsApi}/dev/*"'),
    ]);
  });

  it('has the gateway itself hold everyone together to a rate', () => {
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
