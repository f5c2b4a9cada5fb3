import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { isRecord } from '../lib/is-record.ts';
import { parseJson } from '../lib/parse-json.ts';
import {
  type AwsClientOptions,
  type AwsResponse,
  createAwsClient,
  type SendRequest,
} from './client.ts';
import { errorName, isRetryable, withRetry } from './retry.ts';
import { createPayload } from './sigv4.ts';

/** The operations in use (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/). */
export type Operation = 'GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query';

/** Attributes by name, with plain values. */
export type Attributes = Readonly<Record<string, unknown>>;

/** A request with DynamoDB's own names. Its attributes have plain values. */
export type Input = Readonly<Record<string, unknown>>;

/** The fields of a response that the server reads. Its attributes have plain values. */
export interface Output {
  readonly Item?: Attributes;
  readonly Items?: readonly Attributes[];
  readonly Attributes?: Attributes;
  readonly LastEvaluatedKey?: Attributes;
  readonly ConsumedCapacity?: { readonly CapacityUnits: number };
}

/**
 * Sends one request, including retries, within `timeoutMs`. Throws a `DynamoError`.
 * @default `timeoutMs`: the client's own
 */
export type DynamoClient = (
  operation: Operation,
  input: Input,
  timeoutMs?: number,
) => Promise<Output>;

/** A request that DynamoDB rejected or did not respond to. It leaves out texts that may quote a row. */
export class DynamoError extends Error {
  /**
   * Whether DynamoDB throttled the request, failed or did not respond. It may have done the request, and
   * a retry may succeed.
   */
  readonly retryable: boolean;

  constructor(name: string, retryable: boolean) {
    super(
      retryable
        ? 'DynamoDB failed or did not respond. Retry the request.'
        : 'DynamoDB rejected the request. See the name of this error.',
    );
    this.name = name;
    this.retryable = retryable;
  }
}

/** Attributes in DynamoDB's own notation. */
type Marshalled = Parameters<typeof unmarshall>[0];

/** The fields of a request and of a response that hold attributes. */
const inputAttributes = ['Key', 'Item', 'ExpressionAttributeValues', 'ExclusiveStartKey'];
const outputAttributes = ['Item', 'Attributes', 'LastEvaluatedKey'];

/**
 * Creates a client that sends JSON to DynamoDB over HTTP. The SDK's client takes four times the CPU
 * for a request, and loading it takes most of a cold start. Values are encoded by the SDK's own code.
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
    const response = await withRetry((limits) => send('/', payload, limits), timeoutMs);
    if (response.status === 200) return unmarshallOutput(response);
    throw new DynamoError(errorName(response), response.status === 0 || isRetryable(response));
  };
}

/** Converts a request to DynamoDB's own notation. */
function marshallInput(input: Input): Input {
  const values = inputAttributes
    .filter((name) => input[name] !== undefined)
    .map((name) => [name, marshall(input[name])]);
  return { ...input, ...Object.fromEntries(values) };
}

/** Converts a response to plain values. A response that is not JSON is from a proxy, so a retry may help. */
function unmarshallOutput({ body = '' }: AwsResponse): Output {
  const parsed = parseJson(body);
  if (!isRecord(parsed)) throw new DynamoError('SyntaxError', true);
  const output: Record<string, unknown> = { ...parsed };
  for (const name of outputAttributes) {
    if (output[name]) output[name] = unmarshall(output[name] as Marshalled);
  }
  if (Array.isArray(output['Items'])) {
    output['Items'] = output['Items'].map((item: Marshalled) => unmarshall(item));
  }
  return output;
}
