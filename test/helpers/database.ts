import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createTable, credentials, startDatabase } from '../../src/local/dynalite.ts';
import { createDynamoClient, type DynamoClient } from '../../src/server/aws/dynamodb.ts';
import { service } from './serverless.ts';

/** An empty table of a test file's own, and a client that speaks to it. */
export interface TestTable {
  readonly dynamoClient: DynamoClient;
  /** The SDK's own client of the same engine, for what only tests do. */
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** How any other client of the SDK finds the engine. */
  readonly engine: { endpoint: string; region: string; credentials: typeof credentials };
  close(): Promise<void>;
}

/** Makes the deployed table on the embedded engine, or on the one that DYNAMODB_ENDPOINT names. */
export async function openTable(): Promise<TestTable> {
  const external = process.env['DYNAMODB_ENDPOINT'];
  const database = external === undefined ? await startDatabase() : undefined;
  const endpoint = database?.endpoint ?? String(external);
  const tableName = `kaiwa-${randomUUID()}`;
  await createTable(endpoint, tableName, service.resources.Resources.Table.Properties);
  const engine = { endpoint, region: 'us-east-1', credentials };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(engine));
  return {
    dynamoClient: createDynamoClient({ ...engine, now: Date.now }, 10_000),
    client,
    tableName,
    engine,
    close: async () => {
      client.destroy();
      await database?.close();
    },
  };
}
