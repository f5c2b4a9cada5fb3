import { forEachConcurrent } from '../../../src/server/lib/concurrency.ts';
import { findRows } from '../../helpers/rows.ts';
import { createGatewayEvent } from '../../helpers/test-server.ts';
import { FaultBench, testFaultMatrix } from './fault-bench.ts';
import { createFaultCases, type FaultCase, operations } from './fault-cases.ts';

jest.setTimeout(180_000);

let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(() => bench.close());

const createConnectEvent = (connectionId: string) => ({
  ...createGatewayEvent('CONNECT', '$connect', connectionId),
  queryStringParameters: { key: 'the-key-of-a-new-client' },
});

/** Connects while DynamoDB fails. Returns the result, and the number of calls that it took. */
async function connectDuringFault(connectionId: string, faultCase?: FaultCase) {
  const { server, proxy } = await bench.createFailingServer(faultCase);
  const result = await server.invoke(createConnectEvent(connectionId));
  await proxy.close();
  return { result, calls: proxy.callCount };
}

/** Reports the end of a connection while DynamoDB fails, and again when it works. */
async function disconnectDuringFault(faultCase?: FaultCase) {
  const { healthy, me } = await bench.createScenario();
  const { server, proxy } = await bench.createFailingServer(faultCase);
  const event = createGatewayEvent('DISCONNECT', '$disconnect', me);
  const { statusCode } = await server.invoke(event);
  await proxy.close();
  expect([200, 503]).toContain(statusCode);
  await healthy.invoke(event);
  return { me, calls: proxy.callCount };
}

describe('$connect', () => {
  it.concurrent('accepts or answers 503 while DynamoDB fails at any call, and accepts the next connect', async () => {
    const { calls } = await connectDuringFault('trial=');
    expect(calls).toBeGreaterThan(3);
    const healthy = bench.createHealthyServer();
    await forEachConcurrent(createFaultCases(calls).entries(), 24, async ([index, faultCase]) => {
      const { result } = await connectDuringFault(`coming-${index}=`, faultCase);
      const { statusCode, body } = result;
      expect(body).toBeUndefined();
      expect([200, 503]).toContain(statusCode);
      const outcome = statusCode === 200 ? 'accepted' : 'refusedThenAccepted';
      bench.matrix.add('dynamodbConnect', outcome);
      const nextId = `came-${index}=`;
      expect((await healthy.invoke(createConnectEvent(nextId))).statusCode).toBe(200);
      expect(await healthy.send(nextId, { action: 'identity' })).toMatchObject({ type: 'ack' });
      // A rejected connect may leave rows behind. `$disconnect` removes them, or their expiry does.
      await healthy.disconnect(`coming-${index}=`);
      await healthy.disconnect(nextId);
    });
    const remaining = (await findRows(bench.table, 'coming-')).filter(
      ({ sk }) => !String(sk).startsWith('CONN#'),
    );
    expect(remaining).toEqual([]);
  });
});

describe('$disconnect', () => {
  it.concurrent('leaves no rows once it is reported again after DynamoDB failed at any call', async () => {
    const { calls } = await disconnectDuringFault();
    const endedIds: string[] = [];
    await forEachConcurrent(createFaultCases(calls).values(), 24, async (faultCase) => {
      endedIds.push((await disconnectDuringFault(faultCase)).me);
    });
    const keys = (await findRows(bench.table, '=')).map(({ pk, sk }) => `${pk}${sk}`);
    expect(keys.filter((key) => endedIds.some((id) => key.includes(id)))).toEqual([]);
    bench.matrix.add('dynamodbDisconnect', 'asPromised');
  });
});

describe('$connect and $disconnect', () => {
  it('call only operations that cannot succeed in part', () => {
    expect(operations).toEqual(expect.arrayContaining([...bench.calledOperations]));
  });
});

testFaultMatrix(() => bench);
