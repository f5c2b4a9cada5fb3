import { type PackagedStack, templateFiles } from '../helpers/packaged.ts';

/** What holds data, and must be told of here: for how long, how encrypted, and what ends it. */
const dataHoldingTypes = [
  ...['AWS::DynamoDB::Table', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket', 'AWS::SQS::Queue'],
  ...['AWS::Backup::BackupVault', 'AWS::EFS::FileSystem', 'AWS::Kinesis::Stream'],
  ...[
    'AWS::KinesisFirehose::DeliveryStream',
    'AWS::RDS::DBInstance',
    'AWS::SecretsManager::Secret',
  ],
  ...['AWS::SSM::Parameter', 'AWS::ElastiCache::ServerlessCache', 'AWS::SNS::Topic'],
];

/** What differs between a stage that may go and one that is kept. */
const retentionByStage = {
  dev: {
    ...{ policy: 'Delete', isProtected: false, canBeWoundBack: false },
    ...{ logPolicy: 'Delete', logDays: 30 },
  },
  production: {
    ...{ policy: 'Retain', isProtected: true, canBeWoundBack: true },
    ...{ logPolicy: 'RetainExceptOnCreate', logDays: 90 },
  },
};

/** Tests of how data is encrypted, how long it is kept, and what may delete it, by stage. */
export function defineDataProtectionTests(
  packages: Record<keyof typeof retentionByStage, PackagedStack>,
): void {
  const listDataResources = (packaged: PackagedStack) =>
    Object.entries(packaged.resources()).filter(([, { Type }]) => dataHoldingTypes.includes(Type));

  it.each(['dev', 'production'] as const)('keeps data in %s in these four places', (stage) => {
    expect(
      listDataResources(packages[stage])
        .map(([name]) => name)
        .sort(),
    ).toEqual([...['ChatLogs', 'DeadLetterQueue', 'ServerlessDeploymentBucket', 'Table']]);
  });

  it.each(['dev', 'production'] as const)('keeps the table of %s as its stage says', (stage) => {
    const { policy, isProtected, canBeWoundBack } = retentionByStage[stage];
    const [table] = packages[stage].resourcesOfType('AWS::DynamoDB::Table');
    expect(table).toMatchObject({
      DeletionPolicy: policy,
      UpdateReplacePolicy: policy,
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: isProtected,
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: canBeWoundBack },
      },
    });
    // Without a word DynamoDB encrypts it under a key of its own; only a costlier key is asked for.
    expect(table?.Properties).not.toHaveProperty('SSESpecification');
  });

  it.each(['dev', 'production'] as const)('keeps the logs of %s for a set time', (stage) => {
    const { policy, logPolicy, logDays } = retentionByStage[stage];
    expect(packages[stage].resourcesOfType('AWS::Logs::LogGroup')).toEqual([
      {
        Type: 'AWS::Logs::LogGroup',
        DeletionPolicy: logPolicy,
        UpdateReplacePolicy: policy,
        Properties: { LogGroupName: `/aws/lambda/kaiwa-${stage}-chat`, RetentionInDays: logDays },
      },
    ]);
  });

  it.each(['dev', 'production'] as const)(
    'keeps what could not be delivered in %s encrypted, and for four days',
    (stage) => {
      expect(packages[stage].resourcesOfType('AWS::SQS::Queue')).toEqual([
        {
          Type: 'AWS::SQS::Queue',
          Properties: { MessageRetentionPeriod: 4 * 24 * 3600, SqsManagedSseEnabled: true },
        },
      ]);
    },
  );

  it.each(['dev', 'production'] as const)(
    'keeps the artifact of %s encrypted, where the public cannot come, and over TLS alone',
    (stage) => {
      for (const template of templateFiles) {
        const resources = packages[stage].resources(template);
        expect(resources['ServerlessDeploymentBucket']?.Properties).toEqual({
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
            ],
          },
          PublicAccessBlockConfiguration: {
            ...{ BlockPublicAcls: true, IgnorePublicAcls: true },
            ...{ BlockPublicPolicy: true, RestrictPublicBuckets: true },
          },
        });
        const policy = resources['ServerlessDeploymentBucketPolicy']?.Properties.PolicyDocument;
        expect(policy.Statement).toEqual([
          expect.objectContaining({
            ...{ Effect: 'Deny', Principal: '*', Action: 's3:*' },
            Condition: { Bool: { 'aws:SecureTransport': false } },
          }),
        ]);
      }
    },
  );
}
