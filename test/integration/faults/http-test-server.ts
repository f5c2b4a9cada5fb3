import { localCredentials } from '../../../src/local/dynalite.ts';
import { createAwsClient } from '../../../src/server/aws/client.ts';
import { createDynamoClient } from '../../../src/server/aws/dynamodb.ts';
import { createDeleteConnection } from '../../../src/server/delivery/delete-connection.ts';
import {
  asyncInvokeHeaders,
  createChunkQueue,
} from '../../../src/server/delivery/enqueue-chunk.ts';
import { createPostToConnection } from '../../../src/server/delivery/post-to-connection.ts';
import type { TestTable } from '../../helpers/database.ts';
import { TestServer, type TestServerOptions } from '../../helpers/test-server.ts';

/** Endpoints that the server calls, and how long it waits for them. */
export interface HttpDependencies {
  readonly table: TestTable;
  /** URL of DynamoDB. @default the URL of the table */
  readonly database?: string;
  /** URL of the `@connections` API and of the Lambda API. */
  readonly gateway: string;
  /** Milliseconds that one attempt of a call, or one delivery with its retries, may take. */
  readonly timeoutMs: number;
}

/** A test server with the clients of the deployed function: real HTTP requests and retries. */
export class HttpTestServer extends TestServer {
  constructor(dependencies: HttpDependencies, options: TestServerOptions = {}) {
    const { table, database = table.sdkConfig.endpoint, timeoutMs } = dependencies;
    const { now = Date.now } = options;
    const dynamoClient = createDynamoClient(
      { ...createSigning(now), endpoint: database },
      3 * timeoutMs,
    );
    super(
      { ...table, dynamoClient },
      {
        // A room without a limit is never sampled, so no call counts its members.
        limits: { connectionsPerRoom: Number.POSITIVE_INFINITY },
        ...options,
        delivery: createHttpDelivery(dependencies, now, (id, cause) =>
          this.failures.push([id, cause]),
        ),
      },
    );
  }
}

const createSigning = (now: () => number) => ({
  region: 'us-east-1',
  credentials: localCredentials,
  now,
});

/** Creates the clients of the `@connections` API and of the Lambda API. */
function createHttpDelivery(
  { gateway, timeoutMs }: HttpDependencies,
  now: () => number,
  onFailure: (id: string, cause: unknown) => void,
) {
  const signing = { ...createSigning(now), endpoint: gateway };
  const connections = { ...signing, service: 'execute-api' };
  const lambdaClient = createAwsClient({
    ...signing,
    service: 'lambda',
    headers: asyncInvokeHeaders,
  });
  return {
    postToConnection: createPostToConnection(createAwsClient(connections), timeoutMs, onFailure),
    enqueueChunk: createChunkQueue(lambdaClient, 'chat', (cause) => onFailure('chunk', cause)),
    deleteConnection: createDeleteConnection(
      createAwsClient({ ...connections, method: 'DELETE' }),
      onFailure,
    ),
  };
}
