import type { DynamoClient, Output } from '../aws/dynamodb.ts';
import { ChatError } from '../errors.ts';
import { isRecord } from '../lib/is-record.ts';
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
export interface QueryOptions {
  /** From the end backwards; default forwards. */
  readonly backwards?: boolean;
  /** Rows asked for at once; default as many as fit into the engine's page of 1 MB. */
  readonly pageSize?: number;
  /** Whether each further page may be twice as large as the one before; default no. */
  readonly growPages?: boolean;
  /** What of each row is read, beside its key; default all. It costs the same, but for the bytes. */
  readonly attributes?: readonly string[];
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
  /** The row that was there; nothing also where the condition did not hold. */
  remove(key: Key, condition?: Expression): Promise<Row | undefined>;
  /** Rows in order, fetched page by page as they are asked for. */
  query(range: Range, options?: QueryOptions): AsyncGenerator<Row, void, undefined>;
  /** The same, a page at a time: ten thousand rows one by one would cost more than to fetch them. */
  pages(range: Range, options?: QueryOptions): AsyncGenerator<Row[], void, undefined>;
}

/** Rows of a log to begin with, where more are asked for: of the longest they are half a megabyte. */
export const firstPageSize = 20;

/** Holds for a row that is not there yet. */
export const notExists: Expression = { text: 'attribute_not_exists(pk)' };

/** Speaks to the table of that name. */
export function createTable(dynamoClient: DynamoClient, TableName: string): Table {
  async function* pages(
    { pk, from, to }: Range,
    { backwards = false, pageSize, growPages = false, attributes }: QueryOptions = {},
  ): AsyncGenerator<Row[], void, undefined> {
    // The engine takes a stretch that ends before it begins for a mistake; it is an empty one.
    if (from > to) return;
    let start: Output['LastEvaluatedKey'];
    let limit = pageSize;
    do {
      const query = dynamoClient('Query', {
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
        ScanIndexForward: !backwards,
        ...(limit !== undefined && { Limit: limit }),
        ...(attributes && projection(['pk', 'sk', ...attributes])),
        ...(start && { ExclusiveStartKey: start }),
      });
      const { Items = [], LastEvaluatedKey } = await translateErrors(query);
      yield Items as Row[];
      start = LastEvaluatedKey;
      if (growPages && limit !== undefined) limit *= 2;
    } while (start);
  }

  return {
    async get(Key) {
      const { Item } = await translateErrors(
        dynamoClient('GetItem', { TableName, Key, ConsistentRead: true }),
      );
      return Item as Row | undefined;
    },

    async put(Item, condition, withinMs) {
      const input = { TableName, Item, ...conditionParams(condition) };
      return (await ignoreFailedCondition(dynamoClient('PutItem', input, withinMs))) !== undefined;
    },

    async update(Key, change, condition) {
      const update = dynamoClient('UpdateItem', {
        TableName,
        Key,
        UpdateExpression: change.text,
        ...(change.names && { ExpressionAttributeNames: change.names }),
        ...conditionParams(condition, change.values),
        ReturnValues: 'UPDATED_NEW',
      });
      const output = await ignoreFailedCondition(update);
      return output && ({ ...Key, ...output.Attributes } as Row);
    },

    async remove(Key, condition) {
      const input = { TableName, Key, ...conditionParams(condition), ReturnValues: 'ALL_OLD' };
      const output = await ignoreFailedCondition(dynamoClient('DeleteItem', input));
      return output?.Attributes as Row | undefined;
    },

    async *query(range, options) {
      for await (const page of pages(range, options)) yield* page;
    },

    pages,
  };
}

/** The parameters that choose attributes: by other names, since theirs may be words of the language. */
export function projection(attributes: readonly string[]) {
  const names = Object.fromEntries(attributes.map((name, index) => [`#${index}`, name]));
  return {
    ProjectionExpression: Object.keys(names).join(),
    ExpressionAttributeNames: names,
  };
}

/** The parameters of a condition, beside such values as the command has of its own. */
function conditionParams(condition?: Expression, values?: Expression['values']) {
  const all = { ...values, ...condition?.values };
  return {
    ...(condition && { ConditionExpression: condition.text }),
    ...(Object.keys(all).length > 0 && { ExpressionAttributeValues: all }),
  };
}

/** The output, or nothing where the condition did not hold. */
async function ignoreFailedCondition<T>(calling: Promise<T>): Promise<T | undefined> {
  try {
    return await translateErrors(calling);
  } catch (thrown) {
    if (isRecord(thrown) && thrown['name'] === 'ConditionalCheckFailedException') return undefined;
    throw thrown;
  }
}

/** Makes `unavailable` of what may pass. */
async function translateErrors<T>(calling: Promise<T>): Promise<T> {
  try {
    return await calling;
  } catch (thrown) {
    throw isRecord(thrown) && thrown['retryable'] === true
      ? new ChatError('unavailable', {}, thrown)
      : thrown;
  }
}
