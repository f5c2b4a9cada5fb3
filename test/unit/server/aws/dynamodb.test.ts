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
import { FakeGateway, respondWith } from '../../../helpers/fakes/fake-gateway.ts';

const commands = {
  GetItem: GetCommand,
  PutItem: PutCommand,
  UpdateItem: UpdateCommand,
  DeleteItem: DeleteCommand,
  Query: QueryCommand,
};

const Key = { pk: 'room#tea', sk: 'M000000000007' };
const values = {
  ...{ text: 'お茶 🍵 "\\\n', empty: '', whole: 7, broken: 0.1, negative: -12, yes: true },
  ...{
    nothing: null,
    list: [1, 'two', [], {}],
    map: { a: { b: [false] } },
    set: new Set(['x', 'y']),
  },
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

/** The values, in DynamoDB's own notation. */
const notation = {
  ...{ text: { S: 'お茶 🍵 "\\\n' }, empty: { S: '' }, whole: { N: '7' }, broken: { N: '0.1' } },
  ...{ negative: { N: '-12' }, yes: { BOOL: true }, nothing: { NULL: true } },
  list: { L: [{ N: '1' }, { S: 'two' }, { L: [] }, { M: {} }] },
  map: { M: { a: { M: { b: { L: [{ BOOL: false }] } } } } },
  set: { SS: ['x', 'y'] },
};

let gateway: FakeGateway;
let sdk: DynamoDBDocumentClient;

beforeEach(async () => {
  gateway = await FakeGateway.start();
  sdk = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: gateway.url, region: 'local', credentials: localCredentials }),
  );
});
afterEach(async () => {
  sdk.destroy();
  await gateway.close();
});

/** Makes a call by the SDK's client and by ours: what both sent, and what both gave. */
async function both(operation: Operation, input: Record<string, unknown>, answer: object) {
  gateway.responders = [respondWith(200, JSON.stringify(answer))];
  const { $metadata: _, ...theirs } = await sdk.send(
    Reflect.construct(commands[operation], [input]),
  );
  const ours = await createDynamoClient(
    { endpoint: gateway.url, region: 'local', credentials: localCredentials, now: Date.now },
    10_000,
  )(operation, input);
  const [reference, sent] = gateway.requests.map(({ method, path, headers, body }) => ({
    method,
    path,
    type: headers['content-type'],
    target: headers['x-amz-target'],
    body: JSON.parse(body),
  }));
  return { reference, sent, theirs, ours };
}

describe('a call', () => {
  it.each(inputs)('of %s sends what the SDK’s document client sends', async (operation, input) => {
    const { reference, sent } = await both(operation, input, {});
    expect(sent).toEqual(reference);
    expect(sent?.target).toBe(`DynamoDB_20120810.${operation}`);
  });

  it.each<[Operation, object]>([
    ['GetItem', { Item: notation }],
    ['GetItem', {}],
    ['UpdateItem', { Attributes: notation }],
    ['DeleteItem', { Attributes: notation }],
    ['Query', { Items: [notation, {}], LastEvaluatedKey: { pk: { S: 'a' } }, Count: 2 }],
    ['Query', { Items: [], ConsumedCapacity: { TableName, CapacityUnits: 0.5 } }],
  ])('of %s gives what the SDK’s document client gives', async (operation, answer) => {
    const [, input = {}] = inputs.find(([name]) => name === operation) ?? [];
    const { theirs, ours } = await both(operation, input, answer);
    expect(ours).toEqual(theirs);
  });
});
