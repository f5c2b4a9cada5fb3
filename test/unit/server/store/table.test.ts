import { credentials } from '../../../../src/local/dynalite.ts';
import { createDynamoClient, type Input } from '../../../../src/server/aws/dynamodb.ts';
import { createTable } from '../../../../src/server/store/table.ts';
import {
  type Answering,
  Gateway,
  reset,
  silence,
  status,
} from '../../../helpers/fakes/fake-gateway.ts';

let engine: Gateway;

beforeEach(async () => {
  engine = await Gateway.start();
});
afterEach(() => engine.close());

/** Answers as DynamoDB does when it fails. */
const failure = (code: number, name: string): Answering =>
  status(code, `{"__type":"com.amazonaws.dynamodb.v20120810#${name}","message":"secret"}`);

/** What a write comes to on an engine that answers like this. */
async function writing(answers: Answering[], withinMs = 10_000): Promise<unknown> {
  engine.answers = answers;
  const options = { endpoint: engine.url, region: 'local', credentials, now: Date.now };
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
    expect(await writing([failure(400, 'ConditionalCheckFailedException')])).toBe(false);
    expect(engine.arrived).toHaveLength(1);
  });

  it.each<[string, Answering]>([
    ['is throttled', failure(400, 'ThrottlingException')],
    ['is over the throughput', failure(400, 'ProvisionedThroughputExceededException')],
    ['meets an error of the engine', failure(500, 'InternalServerError')],
    ['is cut off', reset],
    [
      'gets half an answer',
      (response) =>
        response
          .writeHead(200, { 'content-length': 9 })
          .write('{', () => response.socket?.destroy()),
    ],
  ])('is tried again when it %s', async (_case, answer) => {
    expect(await writing([answer, status(200, '{}')])).toBe(true);
    expect(engine.arrived).toHaveLength(2);
  });

  it.each<[string, Answering]>([
    ['is throttled', failure(400, 'ThrottlingException')],
    ['meets an error of the engine', failure(500, 'InternalServerError')],
    ['is cut off', reset],
    ['is not answered', silence],
  ])(
    'is unavailable, with a cause that quotes nothing, when it %s for too long',
    async (_case, answer) => {
      const thrown = await writing([answer], 100);
      expect(thrown).toMatchObject({ code: 'unavailable', cause: { retryable: true } });
      expect(String(Object(thrown).cause)).not.toContain('secret');
    },
  );

  it('is our own mistake when the engine finds it invalid', async () => {
    expect(await writing([failure(400, 'ValidationException')])).toMatchObject({
      name: 'ValidationException',
      message: 'DynamoDB refused it.',
    });
    expect(engine.arrived).toHaveLength(1);
  });
});
