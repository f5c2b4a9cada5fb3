import type { DynamoClient, Output } from '../aws/dynamodb.ts';
import { ChatError } from '../errors.ts';
import { isRecord } from '../lib/is-record.ts';
import type { Key, Range } from './keys.ts';

/** A row as DynamoDB returns it. Its reader knows its attributes. */
export type Row = Key & Record<string, unknown>;

/** A condition on a row or an update of it, in DynamoDB's expression language. */
export interface Expression {
  readonly text: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** The placeholders of attributes whose names are reserved words. */
  readonly names?: Readonly<Record<string, string>>;
}

/** The consumption of a range read so far. */
export interface ReadSoFar {
  readonly rows: number;
  /** The read units that DynamoDB has billed. */
  readonly units: number;
}

/** The options of a range read. */
export interface QueryOptions {
  /** Whether to read from the end of the range. @default false */
  readonly backwards?: boolean;
  /**
   * The rows of the first page, or a function that chooses the rows of each page. The read ends if it
   * chooses less than one. @default as many as fit into DynamoDB's page of 1 MB
   */
  readonly pageSize?: number | ((soFar: ReadSoFar) => number);
  /** Whether each page may be twice as large as the one before. @default false */
  readonly growPages?: boolean;
  /** The attributes to read, besides the key. This saves bytes, not read units. @default all */
  readonly attributes?: readonly string[];
}

/**
 * The five operations of the store on its table, each on one row or one partition. All reads are
 * strongly consistent. An operation throws `unavailable` if DynamoDB throttles it, fails or is silent.
 */
export interface Table {
  get(key: Key): Promise<Row | undefined>;
  /** Returns false if the condition failed. Throws `unavailable` after `timeoutMs`. */
  put(row: Row, condition?: Expression, timeoutMs?: number): Promise<boolean>;
  /**
   * Returns the updated attributes of the row. With `UPDATED_OLD` they have the values before, and with
   * `ALL_NEW` they are all attributes. Returns nothing if the condition failed.
   * @default `returned`: `UPDATED_NEW`
   */
  update(
    key: Key,
    change: Expression,
    condition?: Expression,
    returned?: 'UPDATED_NEW' | 'UPDATED_OLD' | 'ALL_NEW',
  ): Promise<Row | undefined>;
  /** Returns the removed row, or nothing if there was none or the condition failed. */
  remove(key: Key, condition?: Expression): Promise<Row | undefined>;
  /** Reads rows in order, and fetches each page on demand. */
  query(range: Range, options?: QueryOptions): AsyncGenerator<Row, void, undefined>;
  /** Reads rows by pages. To yield ten thousand rows one by one costs more than to fetch them. */
  pages(range: Range, options?: QueryOptions): AsyncGenerator<Row[], void, undefined>;
}

/** The first page of a log, if more pages may follow: half a megabyte of the longest rows. */
export const firstPageSize = 20;

/** The condition that the row exists. */
export const exists: Expression = { text: 'attribute_exists(pk)' };

/** The condition that the row does not exist. */
export const notExists: Expression = { text: 'attribute_not_exists(pk)' };

/** Creates the operations on the table of that name. */
export function createTable(dynamoClient: DynamoClient, TableName: string): Table {
  const pages: Table['pages'] = (range, options) =>
    queryPages(dynamoClient, TableName, range, options);
  return {
    async get(Key) {
      const input = { TableName, Key, ConsistentRead: true };
      const { Item } = await translateErrors(dynamoClient('GetItem', input));
      return Item as Row | undefined;
    },

    async put(Item, condition, timeoutMs) {
      const input = { TableName, Item, ...conditionParams(condition) };
      return (await ignoreFailedCondition(dynamoClient('PutItem', input, timeoutMs))) !== undefined;
    },

    async update(Key, change, condition, returned = 'UPDATED_NEW') {
      const input = {
        TableName,
        Key,
        UpdateExpression: change.text,
        ...(change.names && { ExpressionAttributeNames: change.names }),
        ...conditionParams(condition, change.values),
        ReturnValues: returned,
      };
      const output = await ignoreFailedCondition(dynamoClient('UpdateItem', input));
      return output && ({ ...Key, ...output.Attributes } as Row);
    },

    async remove(Key, condition) {
      const input = { TableName, Key, ...conditionParams(condition), ReturnValues: 'ALL_OLD' };
      const output = await ignoreFailedCondition(dynamoClient('DeleteItem', input));
      return output?.Attributes as Row | undefined;
    },

    query: (range, options) => flatten(pages(range, options)),

    pages,
  };
}

async function* queryPages(
  dynamoClient: DynamoClient,
  TableName: string,
  { pk, from, to }: Range,
  { backwards = false, pageSize, growPages = false, attributes }: QueryOptions = {},
): AsyncGenerator<Row[], void, undefined> {
  // DynamoDB rejects a range that ends before it begins. Such a range is empty.
  if (from > to) return;
  const isChosen = typeof pageSize === 'function';
  const soFar = { rows: 0, units: 0 };
  let start: Output['LastEvaluatedKey'];
  let limit = isChosen ? pageSize(soFar) : pageSize;
  while (limit === undefined || limit >= 1) {
    const input = {
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': to },
      ScanIndexForward: !backwards,
      ...(limit !== undefined && { Limit: limit }),
      ...(attributes && projection(['pk', 'sk', ...attributes])),
      ...(start && { ExclusiveStartKey: start }),
      ...(isChosen && { ReturnConsumedCapacity: 'TOTAL' }),
    };
    const output = await translateErrors(dynamoClient('Query', input));
    const { Items = [], LastEvaluatedKey, ConsumedCapacity } = output;
    yield Items as Row[];
    start = LastEvaluatedKey;
    if (!start) return;
    soFar.rows += Items.length;
    soFar.units += ConsumedCapacity?.CapacityUnits ?? 0;
    if (isChosen) limit = pageSize(soFar);
    else if (growPages && limit !== undefined) limit *= 2;
  }
}

async function* flatten(pages: AsyncIterable<Row[]>): AsyncGenerator<Row, void, undefined> {
  for await (const page of pages) yield* page;
}

/** Returns the parameters that select attributes, by placeholders: their names may be reserved words. */
export function projection(attributes: readonly string[]) {
  const names = Object.fromEntries(attributes.map((name, index) => [`#${index}`, name]));
  return {
    ProjectionExpression: Object.keys(names).join(),
    ExpressionAttributeNames: names,
  };
}

/** Returns the parameters of a condition, together with the values of the operation itself. */
function conditionParams(condition?: Expression, values?: Expression['values']) {
  const allValues = { ...values, ...condition?.values };
  return {
    ...(condition && { ConditionExpression: condition.text }),
    ...(Object.keys(allValues).length > 0 && { ExpressionAttributeValues: allValues }),
  };
}

/** Returns the output of a call, or nothing if its condition failed. */
async function ignoreFailedCondition<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await translateErrors(call);
  } catch (thrown) {
    if (isRecord(thrown) && thrown['name'] === 'ConditionalCheckFailedException') return undefined;
    throw thrown;
  }
}

/** Throws `unavailable` instead of an error that a retry may avoid. */
async function translateErrors<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (thrown) {
    throw isRecord(thrown) && thrown['retryable'] === true
      ? new ChatError('unavailable', {}, thrown)
      : thrown;
  }
}
