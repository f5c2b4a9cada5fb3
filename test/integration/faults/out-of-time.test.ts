import { forEachConcurrent } from '../../../src/server/lib/concurrency.ts';
import { type Fault, FaultProxy } from '../../helpers/fakes/fault-proxy.ts';
import { assertValid } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { leaksInternals } from './engine.ts';
import { durableRequests, FaultBench, testConclusions } from './fault-bench.ts';
import { HttpTestServer } from './lambda.ts';

jest.setTimeout(60_000);

let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(() => bench.close());

/** Makes a request whose call of that number hangs, and again, lets the call go through, and makes it again. */
async function runLateCall(request: Frame, number: number) {
  const { room, healthy, ben, me } = await bench.createScenario();
  const { slow, letGo: releaseCall } = await createHoldingServer(number);
  const frame = { ...request, room, id: 'the-id' };
  // The last 500 are kept to answer; the rest is less than any call waits before it is tried again.
  const first = assertValid(await slow.send(ben, frame, 1_300));
  const second = await healthy.send(ben, frame);
  expect(second).toMatchObject({ type: 'ack' });
  const { calls, later } = await releaseCall();
  expect(leaksInternals(first)).toBe(false);
  expect(await healthy.send(ben, frame)).toEqual(second);
  const { events } = await healthy.store.recovery.eventsAfter(room, 1);
  expect(events.map(({ seq }) => seq)).toEqual([second['seq']]);
  const told = bench.connectionsApi.framesFor(me).map(({ seq }) => seq);
  expect(new Set(told)).toEqual(new Set([second['seq']]));
  return { first, calls, later };
}

/** A Lambda whose call of that number reaches the engine only when it is let go, which tells how many came after it, if there was one. */
async function createHoldingServer(number: number) {
  const { table, connectionsApi } = bench;
  const release = Promise.withResolvers<void>();
  const applied = Promise.withResolvers<void>();
  const proxy = await FaultProxy.start(table.sdkConfig.endpoint);
  const held: Fault = async (_response, apply) => {
    await release.promise;
    await apply();
    applied.resolve();
  };
  proxy.fault = (_call, count) => (count === number ? held : undefined);
  const { url: database } = proxy;
  const slow = new HttpTestServer({
    table,
    database,
    gateway: connectionsApi.url,
    timeoutMs: 3_000,
  });
  const releaseCall = async () => {
    release.resolve();
    const { callCount, faultCount } = proxy;
    if (faultCount > 0) await applied.promise;
    await proxy.close();
    return { calls: callCount, later: faultCount > 0 ? callCount - number : undefined };
  };
  return { slow, letGo: releaseCall };
}

describe('an invocation that runs out of time', () => {
  it.each(durableRequests)(
    '%s has one effect, though a call goes through when all is over',
    async (_name, request) => {
      const trial = await runLateCall(request, Number.POSITIVE_INFINITY);
      expect(trial.calls).toBeGreaterThan(5);
      const numbers = Array.from({ length: trial.calls }, (_, index) => index + 1);
      await forEachConcurrent(numbers.values(), 8, async (number) => {
        const { first, later } = await runLateCall(request, number);
        // Nothing was begun when the time was over, neither by the middleware nor behind it.
        if (later !== undefined) expect(later).toBe(0);
        if (later !== undefined)
          expect(first).toMatchObject({ code: 'unavailable', retryable: true });
        bench.matrix.add('outOfTime', 'asPromised');
      });
    },
  );
});

testConclusions(() => bench);
