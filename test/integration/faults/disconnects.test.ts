import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { findRows } from '../../helpers/rows.ts';
import { createGatewayEvent } from '../../helpers/test-server.ts';
import { FaultBench, testConclusions } from './fault-bench.ts';

jest.setTimeout(60_000);

let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(() => bench.close());

describe('a gateway that tells of connections as it likes', () => {
  it('two ends of one connection leave nothing, and the room hears of one or two', async () => {
    const { healthy, me, ben } = await bench.createScenario();
    const replies = await Promise.all([healthy.disconnect(me), healthy.disconnect(me)]);
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(await findRows(bench.table, me)).toEqual([]);
    const told = bench.connectionsApi.framesFor(ben).filter(({ type }) => type === 'left').length;
    expect([1, 2]).toContain(told);
    bench.matrix.add('disconnectTwice', 'asPromised');
  });

  it('an end before its beginning was stored leaves what the next delivery removes', async () => {
    for (let wasHeld = true, calls = 0; wasHeld; calls += 1) {
      const scene = await bench.createScenario();
      const release = Promise.withResolvers<void>();
      const held = Promise.withResolvers<void>();
      let count = 0;
      const table = interceptTable(bench.table, async (_sent, go) => {
        count += 1;
        if (count === calls + 1) {
          held.resolve();
          await release.promise;
        }
        return go();
      });
      const early = `early-${calls}=`;
      const slow = bench.createHealthyServer({}, table);
      const connecting = slow.invoke(createGatewayEvent('CONNECT', '$connect', early));
      await Promise.race([held.promise, connecting]);
      await scene.healthy.disconnect(early);
      release.resolve();
      expect((await connecting).statusCode).toBe(200);
      wasHeld = count > calls;
      await bench.deliverToEnded(scene, early);
      expect(await findRows(bench.table, early)).toEqual([]);
    }
    bench.matrix.add('disconnectFirst', 'asPromised');
  });

  it('an id that is given again hears nothing of the rooms of the one before', async () => {
    const scene = await bench.createScenario();
    const { healthy, me, ben } = scene;
    const event = createGatewayEvent('CONNECT', '$connect', me);
    expect((await healthy.invoke(event)).statusCode).toBe(200);
    const { userId } = await healthy.send(me, { action: 'identity' });
    expect(await bench.countReceived(scene, me)).toBe(0);
    expect(bench.connectionsApi.framesFor(me)).toEqual([]);
    await healthy.send(ben, { action: 'sendmessage', message: 'to all' });
    expect(bench.connectionsApi.framesFor(me)).toHaveLength(1);
    await healthy.disconnect(me);
    const rows = await findRows(bench.table, me);
    expect(rows.filter(({ pk, sk }) => `${pk}${sk}`.includes(userId))).toEqual([]);
    bench.matrix.add('connectionIdReused', 'asPromised');
  });
});

testConclusions(() => bench);
