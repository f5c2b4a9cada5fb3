import { forEachConcurrent } from '../../../src/server/lib/concurrency.ts';
import { findRows } from '../../helpers/rows.ts';
import { createGatewayEvent } from '../../helpers/test-server.ts';
import { createFaultCases, type FaultCase, operations } from './engine.ts';
import { FaultBench, testConclusions } from './fault-bench.ts';

jest.setTimeout(180_000);

let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(() => bench.close());

describe('while the engine fails at any of its calls', () => {
  it.concurrent('a connect is let in or refused with 503, and whoever was refused comes in by another', async () => {
    const connect = (id: string) => ({
      ...createGatewayEvent('CONNECT', '$connect', id),
      queryStringParameters: { key: 'the-key-of-one-who-comes' },
    });
    const trial = await bench.createFailingServer();
    await trial.lambda.invoke(connect('trial='));
    await trial.between.close();
    const calls = trial.between.callCount;
    expect(calls).toBeGreaterThan(3);
    const healthy = bench.createHealthyServer();
    await forEachConcurrent(createFaultCases(calls).entries(), 24, async ([index, faultCase]) => {
      const { lambda, between: proxy } = await bench.createFailingServer(faultCase);
      const { statusCode, body } = await lambda.invoke(connect(`coming-${index}=`));
      await proxy.close();
      expect(body).toBeUndefined();
      expect([200, 503]).toContain(statusCode);
      const seen = statusCode === 200 ? 'accepted' : 'refusedThenAccepted';
      bench.matrix.add('dynamodbConnect', seen);
      expect((await healthy.invoke(connect(`came-${index}=`))).statusCode).toBe(200);
      expect(await healthy.send(`came-${index}=`, { action: 'identity' })).toMatchObject({
        type: 'ack',
      });
      // What is left of one that was refused is found when the gateway has told of its end, or by its time.
      await healthy.disconnect(`coming-${index}=`);
      await healthy.disconnect(`came-${index}=`);
    });
    const left = (await findRows(bench.table, 'coming-')).filter(
      ({ sk }) => !String(sk).startsWith('CONN#'),
    );
    expect(left).toEqual([]);
  });

  it.concurrent('the end of a connection leaves nothing behind, once it is told of again', async () => {
    const clean = async (faultCase?: FaultCase) => {
      const { healthy, me } = await bench.createScenario();
      const { lambda, between: proxy } = await bench.createFailingServer(faultCase);
      const event = createGatewayEvent('DISCONNECT', '$disconnect', me);
      const { statusCode } = await lambda.invoke(event);
      await proxy.close();
      expect([200, 503]).toContain(statusCode);
      await healthy.invoke(event);
      return { me, calls: proxy.callCount };
    };
    const { calls } = await clean();
    const ended: string[] = [];
    await forEachConcurrent(createFaultCases(calls).values(), 24, async (faultCase) => {
      ended.push((await clean(faultCase)).me);
    });
    const rows = await findRows(bench.table, '=');
    expect(rows.filter(({ pk, sk }) => ended.some((id) => `${pk}${sk}`.includes(id)))).toEqual([]);
    bench.matrix.add('dynamodbDisconnect', 'asPromised');
  });

  it('both make no call that could be done in part', () => {
    expect(operations).toEqual(expect.arrayContaining([...bench.calledOperations]));
  });
});

testConclusions(() => bench);
