import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

/** The properties of the table in CloudFormation that the local table has too. */
export type TableProperties = Pick<
  CreateTableCommandInput,
  'AttributeDefinitions' | 'KeySchema' | 'BillingMode'
>;

/** A running database. */
export interface Database {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The local database accepts any keys. Without keys, the SDK would look for real ones. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Starts the embedded database on a free loopback port, with its data in a folder or in memory. */
export async function startDynalite(path?: string): Promise<Database> {
  const server = dynalite({ createTableMs: 0, ...(path !== undefined && { path }) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    // The callback runs when the data is written, which is later than the `close` event.
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/** Creates the table as CloudFormation would, unless the table exists. */
export async function createLocalTable(
  endpoint: string,
  TableName: string,
  { AttributeDefinitions, KeySchema, BillingMode }: TableProperties,
): Promise<void> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: localCredentials,
  });
  try {
    await client.send(
      new CreateTableCommand({ TableName, AttributeDefinitions, KeySchema, BillingMode }),
    );
  } catch (thrown) {
    if (!(thrown instanceof Error) || thrown.name !== 'ResourceInUseException') throw thrown;
  } finally {
    client.destroy();
  }
}
