import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { abortSignal } from '../deadline.ts';
import { ChatError } from '../error.ts';
import type { Key, Range } from './keys.ts';

/** A row as the engine gives it; who reads it knows its attributes. */
export type Row = Key & Record<string, unknown>;

/** A condition on, or a change of, one row, in DynamoDB's expression language. */
export interface Expression {
  readonly text: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** What stands for attributes whose names are words of that language. */
  readonly names?: Readonly<Record<string, string>>;
}

/** How to read a range. */
export interface Reading {
  /** From the end backwards; default forwards. */
  readonly backwards?: boolean;
  /** Rows asked for at once; default as many as fit into the engine's page of 1 MB. */
  readonly pageSize?: number;
}

/**
 * The five calls that the store makes, on one table, each on a single row or one partition. All
 * reads are strongly consistent. A throttled, failing or silent engine is `unavailable`.
 */
export interface Table {
  get(key: Key): Promise<Row | undefined>;
  /** False where the condition did not hold. Gives up, as `unavailable`, after `withinMs`. */
  put(row: Row, condition?: Expression, withinMs?: number): Promise<boolean>;
  /** The row's changed attributes, or nothing where the condition did not hold. */
  update(key: Key, change: Expression, condition?: Expression): Promise<Row | undefined>;
  /** The row that was there. */
  remove(key: Key): Promise<Row | undefined>;
  /** Rows in order, fetched page by page as they are asked for. */
  query(range: Range, reading?: Reading): AsyncGenerator<Row, void, undefined>;
}

/** Holds for a row that is not there yet. */
export const absent: Expression = { text: 'attribute_not_exists(pk)' };

/** Speaks to the table of that name through a document client. */
export function createTable(client: DynamoDBDocumentClient, TableName: string): Table {
  return {
    async get(Key) {
      const command = new GetCommand({ TableName, Key, ConsistentRead: true });
      const { Item } = await guard(client.send(command, abortSignal()));
      return Item as Row | undefined;
    },

    async put(Item, condition, withinMs) {
      const command = new PutCommand({ TableName, Item, ...conditional(condition) });
      return (await unless(client.send(command, abortSignal(withinMs)))) !== undefined;
    },

    async update(Key, change, condition) {
      const command = new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: change.text,
        ...(change.names && { ExpressionAttributeNames: { ...change.names } }),
        ...conditional(condition, change.values),
        ReturnValues: 'UPDATED_NEW',
      });
      const output = await unless(client.send(command, abortSignal()));
      return output && ({ ...Key, ...output.Attributes } as Row);
    },

    async remove(Key) {
      const command = new DeleteCommand({ TableName, Key, ReturnValues: 'ALL_OLD' });
      const { Attributes } = await guard(client.send(command, abortSignal()));
      return Attributes as Row | undefined;
    },

    async *query({ pk, from, to }, { backwards = false, pageSize } = {}) {
      // The engine takes a stretch that ends before it begins for a mistake; it is an empty one.
      if (from > to) return;
      let start: Record<string, unknown> | undefined;
      do {
        const command = new QueryCommand({
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
          ScanIndexForward: !backwards,
          ...(pageSize !== undefined && { Limit: pageSize }),
          ...(start && { ExclusiveStartKey: start }),
        });
        const { Items = [], LastEvaluatedKey } = await guard(client.send(command, abortSignal()));
        yield* Items as Row[];
        start = LastEvaluatedKey;
      } while (start);
    },
  };
}

/** The parameters of a condition, beside such values as the command has of its own. */
function conditional(condition?: Expression, values?: Expression['values']) {
  const all = { ...values, ...condition?.values };
  return {
    ...(condition && { ConditionExpression: condition.text }),
    ...(Object.keys(all).length > 0 && { ExpressionAttributeValues: all }),
  };
}

/** The output, or nothing where the condition did not hold. */
async function unless<T>(sending: Promise<T>): Promise<T | undefined> {
  try {
    return await guard(sending);
  } catch (thrown) {
    if ((thrown as Failure).name === 'ConditionalCheckFailedException') return undefined;
    throw thrown;
  }
}

/** Makes `unavailable` of what may pass: throttling, the engine's own errors, and no answer at all. */
async function guard<T>(sending: Promise<T>): Promise<T> {
  try {
    return await sending;
  } catch (thrown) {
    throw mayPass(thrown) ? new ChatError('unavailable', {}, thrown) : thrown;
  }
}

/** Throttled, or given up by us. */
const passing = new Set([
  'AbortError',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

/** An SDK error has no `statusCode`: the status is in its metadata. */
interface Failure {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** No status but metadata means that a request was sent and no answer came; neither, that it is our bug. */
function mayPass(thrown: unknown): boolean {
  const { name = '', $metadata }: Failure = Object(thrown);
  if (passing.has(name)) return true;
  return $metadata !== undefined && ($metadata.httpStatusCode ?? 500) >= 500;
}
