import { inspect } from 'node:util';
import { localCredentials } from '../../../../src/local/dynalite.ts';
import { createDynamoClient, type Input } from '../../../../src/server/aws/dynamodb.ts';
import { createTable, type ReadSoFar } from '../../../../src/server/store/table.ts';
import {
  FaultProxy,
  neverRespond,
  type Responder,
  resetConnection,
  respondWith,
} from '../../../helpers/fakes/fault-proxy.ts';

let dynamoDb: FaultProxy;

beforeEach(async () => {
  dynamoDb = await FaultProxy.start();
});
afterEach(() => dynamoDb.close());

/** Responds with an error of DynamoDB. */
const respondWithError = (code: number, name: string): Responder =>
  respondWith(code, `{"__type":"com.amazonaws.dynamodb.v20120810#${name}","message":"secret"}`);

/** Writes a row with the given responses of DynamoDB. Returns the result or the error. */
async function writeRow(responders: Responder[], timeoutMs = 10_000): Promise<unknown> {
  dynamoDb.responders = responders;
  const options = {
    endpoint: dynamoDb.url,
    region: 'local',
    credentials: localCredentials,
    now: Date.now,
  };
  const table = createTable(createDynamoClient(options, 10_000), 'any-table');
  const row = { pk: 'p', sk: 's' };
  return table.put(row, { text: 'attribute_not_exists(pk)' }, timeoutMs).catch((thrown) => thrown);
}

describe('Table', () => {
  it('reads one row and a range with strong consistency', async () => {
    const inputs: Input[] = [];
    const table = createTable(async (_operation, input) => {
      inputs.push(input);
      return {};
    }, 'any-table');
    await table.get({ pk: 'p', sk: 's' });
    await table.query({ pk: 'p', from: 'a', to: 'b' }).next();
    expect(inputs.map(({ ConsistentRead }) => ConsistentRead)).toEqual([true, true]);
  });

  it('lets a function choose each page of a range by what the read has consumed', async () => {
    const inputs: Input[] = [];
    const table = createTable(async (_operation, input) => {
      inputs.push(input);
      const row = { pk: 'p', sk: 's' };
      const ConsumedCapacity = { CapacityUnits: 2.5 };
      return { Items: [row, row], LastEvaluatedKey: row, ConsumedCapacity };
    }, 'any-table');
    const seen: ReadSoFar[] = [];
    const pageSize = (soFar: ReadSoFar) => [7, 4, 0.9][seen.push({ ...soFar }) - 1] ?? 9;
    const rows = await Array.fromAsync(table.query({ pk: 'p', from: 'a', to: 'b' }, { pageSize }));
    expect(inputs.map(({ Limit }) => Limit)).toEqual([7, 4]);
    expect(seen).toEqual([
      { rows: 0, units: 0 },
      { rows: 2, units: 2.5 },
      { rows: 4, units: 5 },
    ]);
    expect(rows).toHaveLength(4);
  });

  it('returns false if the condition of a write fails', async () => {
    expect(await writeRow([respondWithError(400, 'ConditionalCheckFailedException')])).toBe(false);
    expect(dynamoDb.requests).toHaveLength(1);
  });

  it.each<[string, Responder]>([
    ['is throttled', respondWithError(400, 'ThrottlingException')],
    ['exceeds the throughput', respondWithError(400, 'ProvisionedThroughputExceededException')],
    ['meets a server error', respondWithError(500, 'InternalServerError')],
    ['is reset', resetConnection],
    [
      'gets half a response',
      (response) =>
        response
          .writeHead(200, { 'content-length': 9 })
          .write('{', () => response.socket?.destroy()),
    ],
  ])('retries a write that %s', async (_case, responder) => {
    expect(await writeRow([responder, respondWith(200, '{}')])).toBe(true);
    expect(dynamoDb.requests).toHaveLength(2);
  });

  it.each<[string, Responder]>([
    ['is throttled', respondWithError(400, 'ThrottlingException')],
    ['meets a server error', respondWithError(500, 'InternalServerError')],
    ['is reset', resetConnection],
    ['gets no response', neverRespond],
  ])(
    'throws unavailable, with a cause that quotes nothing, if a write %s for too long',
    async (_case, responder) => {
      const thrown = await writeRow([responder], 100);
      expect(thrown).toMatchObject({ code: 'unavailable', cause: { retryable: true } });
      expect(inspect(thrown)).not.toContain('secret');
    },
  );

  it('throws the error of DynamoDB if a write is invalid', async () => {
    expect(await writeRow([respondWithError(400, 'ValidationException')])).toMatchObject({
      name: 'ValidationException',
      message: 'DynamoDB rejected the request. See the name of this error.',
    });
    expect(dynamoDb.requests).toHaveLength(1);
  });
});
