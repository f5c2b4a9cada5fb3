import { assertValid } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { FaultBench, runFaultCases, type Scenario, testFaultMatrix } from './fault-bench.ts';
import {
  createFaultCases,
  describeCase,
  type FaultCase,
  leaksInternals,
  operations,
} from './fault-cases.ts';

jest.setTimeout(400_000);

let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(() => bench.close());

/** A request, and what must be true after a retry that is acked. */
interface Trial {
  readonly action: string;
  readonly fields?: Frame;
  /** Whether the user is a member before the request. */
  readonly joined: boolean;
  readonly check: (scenario: Scenario, retried: Frame) => Promise<void>;
}

const trials: Trial[] = [
  {
    action: 'joinroom',
    fields: { after: 0 },
    joined: false,
    check: async (scenario, retried) => {
      expect(retried['events']).toMatchObject([{ message: 'before' }]);
      expect(await bench.countReceived(scenario, scenario.me)).toBe(1);
    },
  },
  {
    action: 'leaveroom',
    joined: true,
    check: async (scenario) => expect(await bench.countReceived(scenario, scenario.me)).toBe(0),
  },
  {
    action: 'markread',
    fields: { seq: 1 },
    joined: true,
    check: async ({ healthy, me, room }, retried) => {
      expect(retried['seq']).toBe(1);
      const { rooms } = await healthy.send(me, { action: 'listrooms' });
      expect(rooms.find((listed: Frame) => listed['room'] === room)).toMatchObject({
        read: 1,
        unread: 0,
      });
    },
  },
  {
    action: 'history',
    joined: true,
    check: async (_scenario, retried) => expect(retried['messages']).toHaveLength(1),
  },
  {
    action: 'listrooms',
    joined: true,
    check: async (_scenario, retried) => expect(retried['rooms']).toHaveLength(2),
  },
  {
    action: 'typing',
    fields: { typing: true },
    joined: true,
    check: async ({ ben }) =>
      expect(bench.connectionsApi.framesFor(ben)).toContainEqual(
        expect.objectContaining({ type: 'typing' }),
      ),
  },
];

/** Sends the request while DynamoDB fails, retries it when it works, and checks its effect. */
async function runCase({ action, fields, joined, check }: Trial, faultCase?: FaultCase) {
  const scenario = await bench.createScenario(joined);
  const { healthy, me, room, outsider } = scenario;
  const frame = { action, ...fields, ...(action !== 'listrooms' && { room }) };
  const { proxy, server } = await bench.createFailingServer(faultCase);
  const first = assertValid(await server.send(me, frame));
  await proxy.close();
  const retried = assertValid(await healthy.send(me, frame));
  // A user who has left cannot leave again.
  if (retried['code'] !== 'not_member') expect(retried).toMatchObject({ type: 'ack' });
  await healthy.waitForChunks();
  await check(scenario, retried);
  expect(bench.connectionsApi.framesFor(outsider)).toEqual([]);
  return { first, calls: proxy.callCount, faultCount: proxy.faultCount };
}

describe('a request that is not durable, while DynamoDB fails at any of its calls', () => {
  it.concurrent.each(trials)(
    'gets a reply, and takes effect when retried: $action',
    async (trial) => {
      const { calls } = await runCase(trial);
      expect(calls).toBeGreaterThan(1);
      await runFaultCases(createFaultCases(calls), async (faultCase) => {
        const { first, faultCount } = await runCase(trial, faultCase);
        const hint = `${trial.action}: ${describeCase(faultCase)}`;
        if (leaksInternals(first)) throw new Error(`${hint}: ${JSON.stringify(first)}`);
        const isAck = first['type'] === 'ack';
        if (!isAck) expect({ hint, ...first }).toMatchObject({ hint, code: 'unavailable' });
        bench.matrix.add('dynamodbOtherRequest', isAck ? 'acked' : 'unavailableThenAcked');
        return faultCount > 0;
      });
    },
  );

  it('calls only five operations, none of which can succeed in part', () => {
    expect([...bench.calledOperations].toSorted()).toEqual(operations);
    bench.matrix.add('dynamodbUnprocessedItems', 'asPromised');
  });
});

testFaultMatrix(() => bench);
