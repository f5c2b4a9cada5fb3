import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type Answer, createSend, type Send, type SendOptions } from './client.ts';
import { insist, nameOf, passes } from './retry.ts';
import { payloadOf } from './sigv4.ts';

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
export type Dynamo = (operation: Operation, input: Input, withinMs?: number) => Promise<Output>;

/** A call that DynamoDB refused or did not answer. Its words are not kept: they may quote keys and values. */
export class DynamoError extends Error {
  /** Whether it was throttled, failed in there, or got no answer: it may have been done, and may do later. */
  readonly mayPass: boolean;

  constructor(name: string, mayPass: boolean) {
    super(mayPass ? 'DynamoDB did not do it.' : 'DynamoDB refused it.');
    this.name = name;
    this.mayPass = mayPass;
  }
}

/** Attributes in DynamoDB's own notation. */
type Marshalled = Parameters<typeof unmarshall>[0];

/** Where a request bears attributes, and an answer. */
const ofInput = ['Key', 'Item', 'ExpressionAttributeValues', 'ExclusiveStartKey'];
const ofOutput = ['Item', 'Attributes', 'LastEvaluatedKey'];

/**
 * Speaks to DynamoDB by JSON over HTTP. A call through the SDK's client takes four times the CPU of one
 * of these, and loading it most of a cold start; how values are written is the SDK's own.
 */
export function createDynamo(
  options: Omit<SendOptions, 'service' | 'headers' | 'withBody'>,
  timeoutMs: number,
): Dynamo {
  const senderOf = (operation: Operation) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    };
    return createSend({ ...options, service: 'dynamodb', headers, withBody: true });
  };
  const senders: Readonly<Record<Operation, Send>> = {
    GetItem: senderOf('GetItem'),
    PutItem: senderOf('PutItem'),
    UpdateItem: senderOf('UpdateItem'),
    DeleteItem: senderOf('DeleteItem'),
    Query: senderOf('Query'),
  };
  return async (operation, input, withinMs = timeoutMs) => {
    const payload = payloadOf(JSON.stringify(written(input)));
    const send = senders[operation];
    const answer = await insist((patience) => send('/', payload, patience), withinMs);
    if (answer.status === 200) return read(answer);
    throw new DynamoError(nameOf(answer), answer.status === 0 || passes(answer));
  };
}

/** A request in DynamoDB's own notation. */
function written(input: Input): Input {
  const values = ofInput
    .filter((name) => input[name] !== undefined)
    .map((name) => [name, marshall(input[name])]);
  return { ...input, ...Object.fromEntries(values) };
}

/** What an answer tells, in plain values. What is no JSON is from something between, and says nothing. */
function read({ body = '' }: Answer): Output {
  const output = parsed(body);
  for (const name of ofOutput) if (output[name]) output[name] = unmarshall(output[name]);
  if (output.Items) output.Items = output.Items.map((item: Marshalled) => unmarshall(item));
  return output;
}

function parsed(body: string) {
  try {
    return JSON.parse(body);
  } catch {
    throw new DynamoError('SyntaxError', true);
  }
}
