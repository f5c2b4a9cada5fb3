import { interceptTable } from '../../helpers/fakes/faulty-dynamo.ts';
import { findRows } from '../../helpers/rows.ts';
import { createGatewayEvent } from '../../helpers/test-server.ts';
import { FaultBench, testFaultMatrix } from './fault-bench.ts';

jest.setTimeout(60_000);

let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(() => bench.close());

/** Holds the call with this number until `release` is called. */
function createHeldTable(callNumber: number) {
  const released = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  let callCount = 0;
  const table = interceptTable(bench.table, async (_call, proceed) => {
    callCount += 1;
    if (callCount === callNumber) {
      held.resolve();
      await released.promise;
    }
    return proceed();
  });
  return {
    table,
    held: held.promise,
    release: () => released.resolve(),
    wasHeld: () => callCount >= callNumber,
  };
}

describe('$disconnect', () => {
  it('leaves no rows when it is reported twice, and the room gets `left` once or twice', async () => {
    const { healthy, me, ben } = await bench.createScenario();
    const replies = await Promise.all([healthy.disconnect(me), healthy.disconnect(me)]);
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(await findRows(bench.table, me)).toEqual([]);
    const left = bench.connectionsApi.framesFor(ben).filter(({ type }) => type === 'left');
    expect([1, 2]).toContain(left.length);
    bench.matrix.add('disconnectTwice', 'asPromised');
  });

  it('leaves rows that the next delivery removes when it arrives before $connect is stored', async () => {
    for (let wasHeld = true, callNumber = 1; wasHeld; callNumber += 1) {
      const scenario = await bench.createScenario();
      const heldTable = createHeldTable(callNumber);
      const connectionId = `early-${callNumber}=`;
      const slow = bench.createHealthyServer({}, heldTable.table);
      const connecting = slow.invoke(createGatewayEvent('CONNECT', '$connect', connectionId));
      await Promise.race([heldTable.held, connecting]);
      await scenario.healthy.disconnect(connectionId);
      heldTable.release();
      expect((await connecting).statusCode).toBe(200);
      wasHeld = heldTable.wasHeld();
      await bench.deliverToEnded(scenario, connectionId);
      expect(await findRows(bench.table, connectionId)).toEqual([]);
    }
    bench.matrix.add('disconnectFirst', 'asPromised');
  });
});

describe('$connect', () => {
  it('[SEC-054] delivers no event of the old connection’s rooms to a reused connection id', async () => {
    const scenario = await bench.createScenario();
    const { healthy, me, ben } = scenario;
    const event = createGatewayEvent('CONNECT', '$connect', me);
    expect((await healthy.invoke(event)).statusCode).toBe(200);
    const { userId } = await healthy.send(me, { action: 'identity' });
    expect(await bench.countReceived(scenario, me)).toBe(0);
    expect(bench.connectionsApi.framesFor(me)).toEqual([]);
    await healthy.send(ben, { action: 'sendmessage', message: 'to all' });
    expect(bench.connectionsApi.framesFor(me)).toHaveLength(1);
    await healthy.disconnect(me);
    const rows = await findRows(bench.table, me);
    expect(rows.filter(({ pk, sk }) => `${pk}${sk}`.includes(userId))).toEqual([]);
    bench.matrix.add('connectionIdReused', 'asPromised');
  });
});

testFaultMatrix(() => bench);
