import { createAwsClient } from '../../../../src/server/aws/client.ts';
import { createDeleteConnection } from '../../../../src/server/delivery/delete-connection.ts';
import { FaultProxy, resetConnection, respondWith } from '../../../helpers/fakes/fault-proxy.ts';

let gateway: FaultProxy;
let failures: unknown[];

beforeEach(async () => {
  gateway = await FaultProxy.start();
  failures = [];
});
afterEach(() => gateway.close());

const deleteConnection = () => {
  const send = createAwsClient({
    endpoint: `${gateway.url}/dev`,
    service: 'execute-api',
    region: 'eu-west-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    method: 'DELETE',
    now: Date.now,
  });
  return createDeleteConnection(send, (connectionId, cause) =>
    failures.push([connectionId, cause]),
  );
};

describe('createDeleteConnection', () => {
  it('sends a signed DELETE of the connection', async () => {
    gateway.responders = [respondWith(204)];
    await deleteConnection()('bZ/NAd+jMCKCw=');
    expect(gateway.requests).toMatchObject([
      {
        method: 'DELETE',
        path: '/dev/@connections/bZ%2FNAd%2BjMCKCw%3D',
        headers: { authorization: expect.stringContaining('/eu-west-1/execute-api/') },
        body: '',
      },
    ]);
    expect(failures).toEqual([]);
  });

  it('succeeds if the connection has already ended', async () => {
    gateway.responders = [respondWith(410)];
    await deleteConnection()('gone=');
    expect(failures).toEqual([]);
  });

  it('retries after throttling and resets', async () => {
    gateway.responders = [respondWith(429), resetConnection, respondWith(204)];
    await deleteConnection()('a=');
    expect(gateway.requests).toHaveLength(3);
  });

  it('reports a rejection and does not throw', async () => {
    gateway.responders = [respondWith(403)];
    await deleteConnection()('a=');
    expect(failures).toEqual([['a=', 'connection not deleted: status 403 ']]);
  });
});
