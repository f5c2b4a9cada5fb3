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

/** Where a Lambda's dependencies are, and how long it waits for them. */
export interface Dependencies {
  readonly table: TestTable;
  /** The engine's address; default the table's own. */
  readonly database?: string;
  /** The address of the gateway's @connections and of Lambda's API. */
  readonly gateway: string;
  /** Milliseconds that one try of a call, or one delivery with its tries, may take. */
  readonly timeoutMs: number;
}

/** The Lambda as its entry builds it: the real clients, over HTTP, with their own ways to try again. */
export class HttpTestServer extends TestServer {
  constructor(
    { table, database = table.sdkConfig.endpoint, gateway, timeoutMs }: Dependencies,
    options: TestServerOptions = {},
  ) {
    const { now = Date.now } = options;
    const signing = { region: 'us-east-1', credentials: localCredentials, now };
    const connections = { ...signing, service: 'execute-api', endpoint: gateway };
    const lambda = {
      ...signing,
      service: 'lambda',
      endpoint: gateway,
      headers: asyncInvokeHeaders,
    };
    const recordFailure = (...failure: [string, unknown]) => this.failures.push(failure);
    super(
      {
        ...table,
        dynamoClient: createDynamoClient({ ...signing, endpoint: database }, 3 * timeoutMs),
      },
      {
        // Of an endless one nobody is drawn by lot to count it.
        limits: { connectionsPerRoom: Number.POSITIVE_INFINITY },
        ...options,
        delivery: {
          postToConnection: createPostToConnection(
            createAwsClient(connections),
            timeoutMs,
            recordFailure,
          ),
          enqueueChunk: createChunkQueue(createAwsClient(lambda), 'chat', (reason) =>
            recordFailure('chunk', reason),
          ),
          deleteConnection: createDeleteConnection(
            createAwsClient({ ...connections, method: 'DELETE' }),
            recordFailure,
          ),
        },
      },
    );
  }
}
