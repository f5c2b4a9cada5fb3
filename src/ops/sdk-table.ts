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

/** The store's table, as an operator may use it, who may also look through all of it. */
export interface OpsTable extends Table {
  /** Every row, with its key and these attributes, a page at a time, in no order of use. */
  scan(attributes: readonly string[]): AsyncGenerator<Row[], void, undefined>;
}

/** Waits for so many milliseconds. */
type Wait = (ms: number) => Promise<unknown>;

/**
 * Read units a millisecond. One partition serves three, and the chat goes on meanwhile
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html).
 */
const readUnitsPerMs = 1;

/**
 * Opens the table of that name by the SDK's client, which finds the operator's own credentials. Its
 * errors are the SDK's. After each page it waits, so that the chat is not kept from reading.
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
        ...{ TableName, ConsistentRead: true, ...capacityReport },
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

/** Asks the engine for what a call takes. */
const capacityReport = { ReturnConsumedCapacity: 'TOTAL' } as const;

/** Reads a page, and waits for as long as it may take at this pace. */
async function withReadLimit<T extends Pick<ScanCommandOutput, 'ConsumedCapacity'>>(
  request: Promise<T>,
  wait: Wait,
): Promise<T> {
  const page = await request;
  await wait((page.ConsumedCapacity?.CapacityUnits ?? 0) / readUnitsPerMs);
  return page;
}

/** The calls that the store makes, through the SDK. */
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
