import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { credentials } from '../../src/local/database.ts';
import { createTable } from '../../src/store/table.ts';

/** Answers as DynamoDB does when it fails. */
const failure =
  (status: number, name: string): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(
      JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'no' }),
    );
  };

/** What a write comes to on an engine that answers like this. */
async function writing(listener: RequestListener, withinMs?: number): Promise<unknown> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({ endpoint, region: 'local', credentials, maxAttempts: 1 });
  const table = createTable(DynamoDBDocumentClient.from(client), 'any-table');
  try {
    return await table.put({ pk: 'p', sk: 's' }, { text: 'attribute_not_exists(pk)' }, withinMs);
  } catch (thrown) {
    return thrown;
  } finally {
    client.destroy();
    server.closeAllConnections();
    await once(server.close(), 'close');
  }
}

describe('a read', () => {
  it('is strongly consistent, whether of one row or of many', async () => {
    const inputs: { ConsistentRead?: boolean }[] = [];
    const send = async ({ input }: { input: { ConsistentRead?: boolean } }) => {
      inputs.push(input);
      return {};
    };
    const table = createTable(Object.create(null, { send: { value: send } }), 'any-table');
    await table.get({ pk: 'p', sk: 's' });
    await table.query({ pk: 'p', from: 'a', to: 'b' }).next();
    expect(inputs.map(({ ConsistentRead }) => ConsistentRead)).toEqual([true, true]);
  });
});

describe('a write', () => {
  it('tells that its condition did not hold', async () => {
    expect(await writing(failure(400, 'ConditionalCheckFailedException'))).toBe(false);
  });

  it.each<[string, RequestListener]>([
    ['is throttled', failure(400, 'ThrottlingException')],
    ['is over the throughput', failure(400, 'ProvisionedThroughputExceededException')],
    ['meets an error of the engine', failure(500, 'InternalServerError')],
    ['is cut off', (request) => request.socket.destroy()],
  ])('is unavailable, with the cause kept for the log, when it %s', async (_case, listener) => {
    expect(await writing(listener)).toMatchObject({
      code: 'unavailable',
      cause: expect.anything(),
    });
  });

  it('is unavailable when the engine is silent for longer than it may take', async () => {
    expect(await writing(() => {}, 100)).toMatchObject({ code: 'unavailable' });
  });

  it('is our own mistake when the engine finds it invalid', async () => {
    expect(await writing(failure(400, 'ValidationException'))).toMatchObject({
      name: 'ValidationException',
    });
  });
});
