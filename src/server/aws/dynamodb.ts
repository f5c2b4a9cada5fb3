import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import {
  type AwsClientOptions,
  type AwsResponse,
  createAwsClient,
  type SendRequest,
} from './client.ts';
import { errorNameOf, isRetryable, withRetry } from './retry.ts';
import { createPayload } from './sigv4.ts';

/** The calls that are made (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/). */
export type Operation = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query';

/** Attributes by their names, as plain values. */
export type Attributes = Readonly<Record<string, unknown>>;

/** A request by DynamoDB's own names; attributes in it are plain values. */
export type Input = Readonly<Record<string, unknown>>;

/** What a call gives, as far as anyone looks at it; attributes in it are plain values. */
export interface Output {
  readonly Item?: Attributes;
  readonly Items?: readonly Attributes[];
  readonly Attributes?: Attributes;
  readonly LastEvaluatedKey?: Attributes;
  readonly ConsumedCapacity?: { readonly CapacityUnits: number };
}

/**
 * Makes one call, tries included, within so many milliseconds; default the client's own. Throws a
 * `DynamoError`.
 */
export type DynamoClient = (
  operation: Operation,
  input: Input,
  timeoutMs?: number,
) => Promise<Output>;

/** A call that DynamoDB refused or did not answer. Its words are not kept: they may quote keys and values. */
export class DynamoError extends Error {
  /** Whether it was throttled, failed in there, or got no answer: it may have been done, and may do later. */
  readonly retryable: boolean;

  constructor(name: string, retryable: boolean) {
    super(retryable ? 'DynamoDB did not do it.' : 'DynamoDB refused it.');
    this.name = name;
    this.retryable = retryable;
  }
}

/** Attributes in DynamoDB's own notation. */
type Marshalled = Parameters<typeof unmarshall>[0];

/** Where a request bears attributes, and an answer. */
const inputAttributes = ['Key', 'Item', 'ExpressionAttributeValues', 'ExclusiveStartKey'];
const outputAttributes = ['Item', 'Attributes', 'LastEvaluatedKey'];

/**
 * Speaks to DynamoDB by JSON over HTTP. A call through the SDK's client takes four times the CPU of one
 * of these, and loading it most of a cold start; how values are written is the SDK's own.
 */
export function createDynamoClient(
  options: Omit<AwsClientOptions, 'service' | 'headers' | 'withBody'>,
  defaultTimeoutMs: number,
): DynamoClient {
  const createSender = (operation: Operation) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    };
    return createAwsClient({ ...options, service: 'dynamodb', headers, withBody: true });
  };
  const senders: Readonly<Record<Operation, SendRequest>> = {
    GetItem: createSender('GetItem'),
    PutItem: createSender('PutItem'),
    UpdateItem: createSender('UpdateItem'),
    DeleteItem: createSender('DeleteItem'),
    Query: createSender('Query'),
  };
  return async (operation, input, timeoutMs = defaultTimeoutMs) => {
    const payload = createPayload(JSON.stringify(marshallInput(input)));
    const send = senders[operation];
    const answer = await withRetry((patience) => send('/', payload, patience), timeoutMs);
    if (answer.status === 200) return unmarshallOutput(answer);
    throw new DynamoError(errorNameOf(answer), answer.status === 0 || isRetryable(answer));
  };
}

/** A request in DynamoDB's own notation. */
function marshallInput(input: Input): Input {
  const values = inputAttributes
    .filter((name) => input[name] !== undefined)
    .map((name) => [name, marshall(input[name])]);
  return { ...input, ...Object.fromEntries(values) };
}

/** What an answer tells, in plain values. What is no JSON is from something between, and says nothing. */
function unmarshallOutput({ body = '' }: AwsResponse): Output {
  const output = parseBody(body);
  for (const name of outputAttributes) if (output[name]) output[name] = unmarshall(output[name]);
  if (output.Items) output.Items = output.Items.map((item: Marshalled) => unmarshall(item));
  return output;
}

function parseBody(body: string) {
  try {
    return JSON.parse(body);
  } catch {
    throw new DynamoError('SyntaxError', true);
  }
}
