import { createAwsClient } from '../../../../src/server/aws/client.ts';
import { createDeleteConnection } from '../../../../src/server/delivery/delete-connection.ts';
import { Gateway, reset, status } from '../../../helpers/fakes/fake-gateway.ts';

let gateway: Gateway;
let failures: unknown[];

beforeEach(async () => {
  gateway = await Gateway.start();
  failures = [];
});
afterEach(() => gateway.close());

const hangUp = () => {
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

describe('to hang up', () => {
  it('is a signed DELETE of the connection', async () => {
    gateway.answers = [status(204)];
    await hangUp()('bZ/NAd+jMCKCw=');
    expect(gateway.arrived).toMatchObject([
      {
        method: 'DELETE',
        path: '/dev/@connections/bZ%2FNAd%2BjMCKCw%3D',
        headers: { authorization: expect.stringContaining('/eu-west-1/execute-api/') },
        body: '',
      },
    ]);
    expect(failures).toEqual([]);
  });

  it('is done where the connection has ended already', async () => {
    gateway.answers = [status(410)];
    await hangUp()('gone=');
    expect(failures).toEqual([]);
  });

  it('is tried again where it may have been in vain', async () => {
    gateway.answers = [status(429), reset, status(204)];
    await hangUp()('a=');
    expect(gateway.arrived).toHaveLength(3);
  });

  it('is reported where it is refused, and throws nothing', async () => {
    gateway.answers = [status(403)];
    await hangUp()('a=');
    expect(failures).toEqual([['a=', 'not hung up: status 403 ']]);
  });
});
