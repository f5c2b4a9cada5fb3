import { type PackagedStack, templateFiles } from '../helpers/packaged.ts';

/** Resource types that hold data. A test must cover their encryption, their retention and their deletion. */
const dataHoldingTypes = [
  'AWS::Backup::BackupVault',
  'AWS::DynamoDB::Table',
  'AWS::EFS::FileSystem',
  'AWS::ElastiCache::ServerlessCache',
  'AWS::Kinesis::Stream',
  'AWS::KinesisFirehose::DeliveryStream',
  'AWS::Logs::LogGroup',
  'AWS::RDS::DBInstance',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SSM::Parameter',
  'AWS::SecretsManager::Secret',
];

/** The settings of a disposable stage and of a retained stage. */
const retentionByStage = {
  dev: {
    policy: 'Delete',
    isProtected: false,
    hasRecovery: false,
    logPolicy: 'Delete',
    logDays: 30,
  },
  production: {
    policy: 'Retain',
    isProtected: true,
    hasRecovery: true,
    logPolicy: 'RetainExceptOnCreate',
    logDays: 90,
  },
};

/** Defines the tests of encryption, retention and deletion of data for each stage. */
export function defineDataProtectionTests(
  packages: Record<keyof typeof retentionByStage, PackagedStack>,
): void {
  const listDataResources = (packaged: PackagedStack) =>
    Object.entries(packaged.resources()).filter(([, { Type }]) => dataHoldingTypes.includes(Type));

  it.each(['dev', 'production'] as const)('keeps data in four resources of %s', (stage) => {
    expect(
      listDataResources(packages[stage])
        .map(([name]) => name)
        .sort(),
    ).toEqual(['ChatLogs', 'DeadLetterQueue', 'ServerlessDeploymentBucket', 'Table']);
  });

  it.each(['dev', 'production'] as const)(
    '[SEC-079] protects the table of %s as the stage requires',
    (stage) => {
      const { policy, isProtected, hasRecovery } = retentionByStage[stage];
      const [table] = packages[stage].resourcesOfType('AWS::DynamoDB::Table');
      expect(table).toMatchObject({
        DeletionPolicy: policy,
        UpdateReplacePolicy: policy,
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: isProtected,
          TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: hasRecovery },
        },
      });
      // By default, DynamoDB encrypts the table under a key of its own.
      expect(table?.Properties).not.toHaveProperty('SSESpecification');
    },
  );

  it.each(['dev', 'production'] as const)('keeps the logs of %s for a limited time', (stage) => {
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
    '[SEC-076] keeps the dead letters of %s encrypted, and for four days',
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
    '[SEC-077] keeps the artifact of %s encrypted and private, and requires TLS',
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
            BlockPublicAcls: true,
            IgnorePublicAcls: true,
            BlockPublicPolicy: true,
            RestrictPublicBuckets: true,
          },
        });
        const policy = resources['ServerlessDeploymentBucketPolicy']?.Properties.PolicyDocument;
        expect(policy.Statement).toEqual([
          expect.objectContaining({
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': false } },
          }),
        ]);
      }
    },
  );
}
