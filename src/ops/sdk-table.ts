import { setTimeout } from 'node:timers/promises';
import {
  DeleteCommand,
  type DeleteCommandInput,
  type DynamoDBDocumentClient,
  GetCommand,
  type GetCommandInput,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandOutput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { DynamoClient, Operation, Output } from '../server/aws/dynamodb.ts';
import { createTable, projection, type Row, type Table } from '../server/store/table.ts';

/** The table of the store, with the scan that only operators use. */
export interface OpsTable extends Table {
  /** Yields every row with its key and these attributes, page by page, in no particular order. */
  scan(attributes: readonly string[]): AsyncGenerator<Row[], void, undefined>;
}

/** Waits for a time in milliseconds. */
type Wait = (ms: number) => Promise<unknown>;

/**
 * The read units that a command consumes per millisecond. One partition serves three, and the chat needs the
 * rest (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html).
 */
const readUnitsPerMs = 1;

/**
 * Opens a table through the SDK's client, which finds the credentials of the operator. Errors are those of
 * the SDK. After each page it waits, so that the chat can read too.
 */
export function openOpsTable(
  client: DynamoDBDocumentClient,
  TableName: string,
  wait: Wait = setTimeout,
): OpsTable {
  return {
    ...createTable(createSdkDynamoClient(client, wait), TableName),
    async *scan(attributes) {
      const input = {
        TableName,
        ConsistentRead: true,
        ...capacityReport,
        ...projection(['pk', 'sk', ...attributes]),
      };
      let start: Output['LastEvaluatedKey'];
      do {
        const scan = new ScanCommand({ ...input, ExclusiveStartKey: start });
        const page = await withReadLimit(client.send(scan), wait);
        yield (page.Items ?? []) as Row[];
        start = page.LastEvaluatedKey;
      } while (start);
    },
  };
}

/** Makes DynamoDB report the capacity that a call consumes. */
const capacityReport = { ReturnConsumedCapacity: 'TOTAL' } as const;

/** Reads a page, and waits until its read units are within the limit. */
async function withReadLimit<T extends Pick<ScanCommandOutput, 'ConsumedCapacity'>>(
  request: Promise<T>,
  wait: Wait,
): Promise<T> {
  const page = await request;
  await wait((page.ConsumedCapacity?.CapacityUnits ?? 0) / readUnitsPerMs);
  return page;
}

/** Makes the calls of the store through the SDK. */
function createSdkDynamoClient(client: DynamoDBDocumentClient, wait: Wait): DynamoClient {
  const calls: Record<Operation, (input: never) => Promise<object>> = {
    GetItem: (input: GetCommandInput) => client.send(new GetCommand(input)),
    PutItem: (input: PutCommandInput) => client.send(new PutCommand(input)),
    UpdateItem: (input: UpdateCommandInput) => client.send(new UpdateCommand(input)),
    DeleteItem: (input: DeleteCommandInput) => client.send(new DeleteCommand(input)),
    Query: (input: QueryCommandInput) =>
      withReadLimit(client.send(new QueryCommand({ ...input, ...capacityReport })), wait),
  };
  return async (operation, input) => (await calls[operation](input as never)) as Output;
}
