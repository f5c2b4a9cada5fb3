import { forEachConcurrent } from '../../../src/server/lib/concurrency.ts';
import { assertValid } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import {
  createFaultCases,
  describeCase,
  type FaultCase,
  leaksInternals,
  operations,
} from './engine.ts';
import { expectFaultsInjected, FaultBench, type Scenario, testConclusions } from './fault-bench.ts';

jest.setTimeout(180_000);

let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(() => bench.close());

/** What is tried, what it takes before, and what must be so when it was tried again and acked. */
interface Trial {
  readonly name: string;
  readonly frame: Frame;
  readonly joined: boolean;
  readonly after: (scene: Scenario, again: Frame) => Promise<void>;
}

const trials: Trial[] = [
  {
    name: 'joining',
    frame: { action: 'joinroom', after: 0 },
    joined: false,
    after: async (scene, again) => {
      expect(again['events']).toMatchObject([{ message: 'before' }]);
      expect(await bench.countReceived(scene, scene.me)).toBe(1);
    },
  },
  {
    name: 'leaving',
    frame: { action: 'leaveroom' },
    joined: true,
    after: async (scene) => expect(await bench.countReceived(scene, scene.me)).toBe(0),
  },
  {
    name: 'marking',
    frame: { action: 'markread', seq: 1 },
    joined: true,
    after: async ({ healthy, me, room }, again) => {
      expect(again['seq']).toBe(1);
      const { rooms } = await healthy.send(me, { action: 'listrooms' });
      expect(rooms.find((faultCase: Frame) => faultCase['room'] === room)).toMatchObject({
        read: 1,
        unread: 0,
      });
    },
  },
  {
    name: 'paging',
    frame: { action: 'history' },
    joined: true,
    after: async (_scene, again) => expect(again['messages']).toHaveLength(1),
  },
  {
    name: 'listing',
    frame: { action: 'listrooms' },
    joined: true,
    after: async (_scene, again) => expect(again['rooms']).toHaveLength(2),
  },
  {
    name: 'typing',
    frame: { action: 'typing', typing: true },
    joined: true,
    after: async ({ ben }) =>
      expect(bench.connectionsApi.framesFor(ben)).toContainEqual(
        expect.objectContaining({ type: 'typing' }),
      ),
  },
];

async function runCase({ frame, joined, after }: Trial, faultCase?: FaultCase) {
  const scene = await bench.createScenario(joined);
  const { healthy, me, room, outsider } = scene;
  const request = frame['action'] === 'listrooms' ? frame : { ...frame, room };
  const { between: proxy, lambda } = await bench.createFailingServer(faultCase);
  const first = assertValid(await lambda.send(me, request));
  await proxy.close();
  const again = assertValid(await healthy.send(me, request));
  // Who has left cannot leave again.
  if (again['code'] !== 'not_member') expect(again).toMatchObject({ type: 'ack' });
  await after(scene, again);
  expect(bench.connectionsApi.framesFor(outsider)).toEqual([]);
  return { first, calls: proxy.callCount, hit: proxy.faultCount };
}

describe('while the engine fails at any of its calls', () => {
  it.concurrent.each(trials)(
    '$name is answered, and done when it is asked for again',
    async (trial) => {
      const { calls } = await runCase(trial);
      expect(calls).toBeGreaterThan(1);
      const cases = createFaultCases(calls);
      const uninjected: FaultCase[] = [];
      await forEachConcurrent(cases.values(), 16, async (faultCase) => {
        const { first, hit } = await runCase(trial, faultCase);
        const hint = `${trial.name}: ${describeCase(faultCase)}`;
        if (hit === 0) uninjected.push(faultCase);
        if (leaksInternals(first)) throw new Error(`${hint}: ${JSON.stringify(first)}`);
        const isAck = first['type'] === 'ack';
        if (!isAck) expect({ hint, ...first }).toMatchObject({ hint, code: 'unavailable' });
        bench.matrix.add('dynamodbOtherRequest', isAck ? 'acked' : 'unavailableThenAcked');
      });
      expectFaultsInjected(cases, uninjected);
    },
  );

  it('are met by five calls on single rows and stretches, none of which can be done in part', () => {
    expect([...bench.calledOperations].toSorted()).toEqual(operations);
    bench.matrix.add('dynamodbUnprocessedItems', 'asPromised');
  });
});

testConclusions(() => bench);
