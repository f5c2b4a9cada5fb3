import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { localCredentials } from '../../../../src/local/dynalite.ts';
import { createDynamoClient, type Operation } from '../../../../src/server/aws/dynamodb.ts';
import { FaultProxy, respondWith } from '../../../helpers/fakes/fault-proxy.ts';

const commands = {
  GetItem: GetCommand,
  PutItem: PutCommand,
  UpdateItem: UpdateCommand,
  DeleteItem: DeleteCommand,
  Query: QueryCommand,
};

const Key = { pk: 'room#tea', sk: 'M000000000007' };
const values = {
  text: 'お茶 🍵 "\\\n',
  empty: '',
  whole: 7,
  broken: 0.1,
  negative: -12,
  yes: true,
  nothing: null,
  list: [1, 'two', [], {}],
  map: { a: { b: [false] } },
  set: new Set(['x', 'y']),
};
const TableName = 'any-table';

const inputs: [Operation, Record<string, unknown>][] = [
  ['GetItem', { TableName, Key, ConsistentRead: true }],
  ['PutItem', { TableName, Item: { ...Key, ...values } }],
  ['PutItem', { TableName, Item: Key, ConditionExpression: 'attribute_not_exists(pk)' }],
  [
    'UpdateItem',
    {
      TableName,
      Key,
      UpdateExpression: 'SET #0 = :value ADD seq :one',
      ExpressionAttributeNames: { '#0': 'name' },
      ExpressionAttributeValues: { ':value': values, ':one': 1 },
      ReturnValues: 'UPDATED_NEW',
    },
  ],
  ['DeleteItem', { TableName, Key, ReturnValues: 'ALL_OLD' }],
  [
    'Query',
    {
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'room#tea' },
      ScanIndexForward: false,
      Limit: 51,
      ExclusiveStartKey: Key,
    },
  ],
];

/** The values in DynamoDB's own notation. */
const marshalled = {
  text: { S: 'お茶 🍵 "\\\n' },
  empty: { S: '' },
  whole: { N: '7' },
  broken: { N: '0.1' },
  negative: { N: '-12' },
  yes: { BOOL: true },
  nothing: { NULL: true },
  list: { L: [{ N: '1' }, { S: 'two' }, { L: [] }, { M: {} }] },
  map: { M: { a: { M: { b: { L: [{ BOOL: false }] } } } } },
  set: { SS: ['x', 'y'] },
};

let gateway: FaultProxy;
let sdk: DynamoDBDocumentClient;

beforeEach(async () => {
  gateway = await FaultProxy.start();
  sdk = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: gateway.url, region: 'local', credentials: localCredentials }),
  );
});
afterEach(async () => {
  sdk.destroy();
  await gateway.close();
});

/** Makes a call with the SDK's client and with ours. Returns the requests and the outputs of both. */
async function callBoth(operation: Operation, input: Record<string, unknown>, response: object) {
  gateway.responders = [respondWith(200, JSON.stringify(response))];
  const { $metadata: _, ...sdkOutput } = await sdk.send(
    Reflect.construct(commands[operation], [input]),
  );
  const output = await createDynamoClient(
    { endpoint: gateway.url, region: 'local', credentials: localCredentials, now: Date.now },
    10_000,
  )(operation, input);
  const [sdkRequest, request] = gateway.requests.map(({ method, path, headers, body }) => ({
    method,
    path,
    type: headers['content-type'],
    target: headers['x-amz-target'],
    body: JSON.parse(body),
  }));
  return { sdkRequest, request, sdkOutput, output };
}

describe('createDynamoClient', () => {
  it.each(inputs)('sends the same %s as the SDK’s document client', async (operation, input) => {
    const { sdkRequest, request } = await callBoth(operation, input, {});
    expect(request).toEqual(sdkRequest);
    expect(request?.target).toBe(`DynamoDB_20120810.${operation}`);
  });

  it.each<[Operation, object]>([
    ['GetItem', { Item: marshalled }],
    ['GetItem', {}],
    ['UpdateItem', { Attributes: marshalled }],
    ['DeleteItem', { Attributes: marshalled }],
    ['Query', { Items: [marshalled, {}], LastEvaluatedKey: { pk: { S: 'a' } }, Count: 2 }],
    ['Query', { Items: [], ConsumedCapacity: { TableName, CapacityUnits: 0.5 } }],
  ])('returns the same output of %s as the SDK’s document client', async (operation, response) => {
    const [, input = {}] = inputs.find(([name]) => name === operation) ?? [];
    const { sdkOutput, output } = await callBoth(operation, input, response);
    expect(output).toEqual(sdkOutput);
  });
});
