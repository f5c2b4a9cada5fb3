import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createLocalTable, localCredentials, startDynalite } from '../../src/local/dynalite.ts';
import { createDynamoClient, type DynamoClient } from '../../src/server/aws/dynamodb.ts';
import { serverlessConfig } from './serverless.ts';

/** A table of a test's own, and clients for it. */
export interface TestTable {
  readonly dynamoClient: DynamoClient;
  /** The SDK's client of the same engine, for calls that only tests make. */
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** The settings with which other clients of the SDK find the engine. */
  readonly sdkConfig: { endpoint: string; region: string; credentials: typeof localCredentials };
  close(): Promise<void>;
}

/** Creates the deployed table on the embedded engine, or on the engine at DYNAMODB_ENDPOINT. */
export async function openTestTable(): Promise<TestTable> {
  const external = process.env['DYNAMODB_ENDPOINT'];
  const database = external === undefined ? await startDynalite() : undefined;
  const endpoint = database?.endpoint ?? String(external);
  const tableName = `kaiwa-${randomUUID()}`;
  await createLocalTable(
    endpoint,
    tableName,
    serverlessConfig.resources.Resources.Table.Properties,
  );
  const sdkConfig = { endpoint, region: 'us-east-1', credentials: localCredentials };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(sdkConfig));
  return {
    dynamoClient: createDynamoClient({ ...sdkConfig, now: Date.now }, 10_000),
    client,
    tableName,
    sdkConfig,
    close: async () => {
      client.destroy();
      await database?.close();
    },
  };
}
