import { forEachConcurrent } from '../../../src/server/lib/concurrency.ts';
import { type Fault, FaultProxy } from '../../helpers/fakes/fault-proxy.ts';
import { assertValid } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { durableRequests, FaultBench, testFaultMatrix } from './fault-bench.ts';
import { leaksInternals } from './fault-cases.ts';
import { HttpTestServer } from './http-test-server.ts';

jest.setTimeout(60_000);

let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(() => bench.close());

/**
 * Sends a request whose call with this number hangs, and retries it on a healthy server.
 * Then lets the call reach DynamoDB, and sends the request a third time.
 */
async function runLateCall(request: Frame, callNumber: number) {
  const { room, healthy, ben, me } = await bench.createScenario();
  const { server, releaseCall } = await createHoldingServer(callNumber);
  const frame = { ...request, room, id: 'the-id' };
  // The server reserves 500 ms for its reply. The other 800 ms are less than the timeout of a call.
  const first = assertValid(await server.send(ben, frame, 1_300));
  const second = await healthy.send(ben, frame);
  expect(second).toMatchObject({ type: 'ack' });
  const { calls, laterCalls } = await releaseCall();
  expect(leaksInternals(first)).toBe(false);
  expect(await healthy.send(ben, frame)).toEqual(second);
  const { events } = await healthy.store.recovery.eventsAfter(room, 1);
  expect(events.map(({ seq }) => seq)).toEqual([second['seq']]);
  const receivedSeqs = bench.connectionsApi.framesFor(me).map(({ seq }) => seq);
  expect(new Set(receivedSeqs)).toEqual(new Set([second['seq']]));
  return { first, calls, laterCalls };
}

/**
 * Creates a server whose call with this number waits in front of DynamoDB until `releaseCall`.
 * That function returns the number of later calls, or `undefined` if the call was never made.
 */
async function createHoldingServer(callNumber: number) {
  const { table, connectionsApi } = bench;
  const release = Promise.withResolvers<void>();
  const applied = Promise.withResolvers<void>();
  const proxy = await FaultProxy.start(table.sdkConfig.endpoint);
  const hold: Fault = async (_response, apply) => {
    await release.promise;
    await apply();
    applied.resolve();
  };
  proxy.fault = (_request, number) => (number === callNumber ? hold : undefined);
  const server = new HttpTestServer({
    table,
    database: proxy.url,
    gateway: connectionsApi.url,
    timeoutMs: 3_000,
  });
  const releaseCall = async () => {
    release.resolve();
    const { callCount, faultCount } = proxy;
    if (faultCount > 0) await applied.promise;
    await proxy.close();
    return { calls: callCount, laterCalls: faultCount > 0 ? callCount - callNumber : undefined };
  };
  return { server, releaseCall };
}

describe('an invocation that runs out of time', () => {
  it.each(durableRequests)(
    'has one effect, although its last call succeeds afterwards: %s',
    async (_action, request) => {
      const trial = await runLateCall(request, Number.POSITIVE_INFINITY);
      expect(trial.calls).toBeGreaterThan(5);
      const numbers = Array.from({ length: trial.calls }, (_, index) => index + 1);
      await forEachConcurrent(numbers.values(), 8, async (number) => {
        const { first, laterCalls } = await runLateCall(request, number);
        if (laterCalls !== undefined) {
          // After the timeout, neither the middleware nor the action starts another call.
          expect(laterCalls).toBe(0);
          expect(first).toMatchObject({ code: 'unavailable', retryable: true });
        }
        bench.matrix.add('outOfTime', 'asPromised');
      });
    },
  );
});

testFaultMatrix(() => bench);
