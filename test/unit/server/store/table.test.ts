import { localCredentials } from '../../../../src/local/dynalite.ts';
import { createDynamoClient, type Input } from '../../../../src/server/aws/dynamodb.ts';
import { createTable } from '../../../../src/server/store/table.ts';
import {
  FakeGateway,
  neverRespond,
  type Responder,
  resetConnection,
  respondWith,
} from '../../../helpers/fakes/fake-gateway.ts';

let engine: FakeGateway;

beforeEach(async () => {
  engine = await FakeGateway.start();
});
afterEach(() => engine.close());

/** Answers as DynamoDB does when it fails. */
const failure = (code: number, name: string): Responder =>
  respondWith(code, `{"__type":"com.amazonaws.dynamodb.v20120810#${name}","message":"secret"}`);

/** What a write comes to on an engine that answers like this. */
async function writeRow(answers: Responder[], withinMs = 10_000): Promise<unknown> {
  engine.responders = answers;
  const options = {
    endpoint: engine.url,
    region: 'local',
    credentials: localCredentials,
    now: Date.now,
  };
  const table = createTable(createDynamoClient(options, 10_000), 'any-table');
  const row = { pk: 'p', sk: 's' };
  return table.put(row, { text: 'attribute_not_exists(pk)' }, withinMs).catch((thrown) => thrown);
}

describe('a read', () => {
  it('is strongly consistent, whether of one row or of many', async () => {
    const inputs: Input[] = [];
    const table = createTable(async (_operation, input) => {
      inputs.push(input);
      return {};
    }, 'any-table');
    await table.get({ pk: 'p', sk: 's' });
    await table.query({ pk: 'p', from: 'a', to: 'b' }).next();
    expect(inputs.map(({ ConsistentRead }) => ConsistentRead)).toEqual([true, true]);
  });
});

describe('a write', () => {
  it('tells that its condition did not hold', async () => {
    expect(await writeRow([failure(400, 'ConditionalCheckFailedException')])).toBe(false);
    expect(engine.requests).toHaveLength(1);
  });

  it.each<[string, Responder]>([
    ['is throttled', failure(400, 'ThrottlingException')],
    ['is over the throughput', failure(400, 'ProvisionedThroughputExceededException')],
    ['meets an error of the engine', failure(500, 'InternalServerError')],
    ['is cut off', resetConnection],
    [
      'gets half an answer',
      (response) =>
        response
          .writeHead(200, { 'content-length': 9 })
          .write('{', () => response.socket?.destroy()),
    ],
  ])('is tried again when it %s', async (_case, answer) => {
    expect(await writeRow([answer, respondWith(200, '{}')])).toBe(true);
    expect(engine.requests).toHaveLength(2);
  });

  it.each<[string, Responder]>([
    ['is throttled', failure(400, 'ThrottlingException')],
    ['meets an error of the engine', failure(500, 'InternalServerError')],
    ['is cut off', resetConnection],
    ['is not answered', neverRespond],
  ])(
    'is unavailable, with a cause that quotes nothing, when it %s for too long',
    async (_case, answer) => {
      const thrown = await writeRow([answer], 100);
      expect(thrown).toMatchObject({ code: 'unavailable', cause: { retryable: true } });
      expect(String(Object(thrown).cause)).not.toContain('secret');
    },
  );

  it('is our own mistake when the engine finds it invalid', async () => {
    expect(await writeRow([failure(400, 'ValidationException')])).toMatchObject({
      name: 'ValidationException',
      message: 'DynamoDB rejected the request. See the name of this error.',
    });
    expect(engine.requests).toHaveLength(1);
  });
});
