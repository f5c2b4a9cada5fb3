import { CrashingProcess } from '../../helpers/fakes/faulty-dynamo.ts';
import { findRows } from '../../helpers/rows.ts';
import { createGatewayEvent, type Frame } from '../../helpers/test-server.ts';
import { FaultBench, type Scenario, testFaultMatrix } from './fault-bench.ts';

jest.setTimeout(60_000);

let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(() => bench.close());

/** Creates a server in a process that dies after `steps` calls and deliveries. */
function createDyingServer(steps: number) {
  const crashing = new CrashingProcess();
  crashing.stepsLeft = steps;
  const server = bench.createHealthyServer(
    {
      outcome: (id, frame) =>
        crashing.step(async () => {
          bench.connectionsApi.framesFor(id).push(frame);
          return 'delivered' as const;
        }),
    },
    crashing.table(bench.table),
  );
  return { crashing, server };
}

/** Requests, whether their user is already a member, and what must be true after a retry. */
const requests: [string, Frame, boolean, (scenario: Scenario) => Promise<void>][] = [
  [
    'joinroom',
    { action: 'joinroom' },
    false,
    async (scenario) => expect(await bench.countReceived(scenario, scenario.me)).toBe(1),
  ],
  [
    'leaveroom',
    { action: 'leaveroom' },
    true,
    async (scenario) => expect(await bench.countReceived(scenario, scenario.me)).toBe(0),
  ],
  [
    'markread',
    { action: 'markread', seq: 1 },
    true,
    async ({ healthy, me, room }) => {
      const { rooms } = await healthy.send(me, { action: 'listrooms' });
      expect(rooms).toContainEqual(expect.objectContaining({ room, read: 1, unread: 0 }));
    },
  ],
];

describe('a process that dies between any two calls', () => {
  it.each(requests)('lets a retry of %s take effect', async (_action, request, joined, check) => {
    let deaths = 0;
    for (let died = true; died; deaths += 1) {
      const scenario = await bench.createScenario(joined);
      const { crashing, server } = createDyingServer(deaths);
      const frame = { ...request, room: scenario.room };
      await server.send(scenario.me, frame);
      died = crashing.died;
      const retried = await scenario.healthy.send(scenario.me, frame);
      // A user who has left cannot leave again.
      if (retried['code'] !== 'not_member') expect(retried).toMatchObject({ type: 'ack' });
      await check(scenario);
      bench.matrix.add('processDies', 'announcementsMayBeLost');
    }
    expect(deaths).toBeGreaterThan(4);
  });

  it('lets a retry of deletemessage take effect, and rejects reactions to the message then', async () => {
    const codes = new Set<string>();
    for (let died = true, deaths = 0; died; deaths += 1) {
      const { room, healthy, me, ben } = await bench.createScenario();
      const { crashing, server } = createDyingServer(deaths);
      const deletion = { action: 'deletemessage', room, seq: 1, id: 'the-id' };
      const reaction = { action: 'react', room, seq: 1, emoji: '👍' };
      await server.send(ben, deletion);
      died = crashing.died;
      codes.add((await healthy.send(me, reaction))['code'] ?? 'acked');
      expect(await healthy.send(ben, deletion)).toMatchObject({ type: 'ack' });
      expect(await healthy.send(me, reaction)).toMatchObject({ code: 'not_found' });
    }
    expect(codes).toEqual(new Set(['acked', 'unavailable', 'not_found']));
    bench.matrix.add('processDiesOnDeletion', 'amendmentsWait');
  });

  it('accepts the next connect of a client whose $connect died', async () => {
    const healthy = bench.createHealthyServer();
    for (let died = true, deaths = 0; died; deaths += 1) {
      const { crashing, server } = createDyingServer(deaths);
      const event = createGatewayEvent('CONNECT', '$connect', `half-${deaths}=`);
      const query = { key: `the-key-of-half-${deaths}` };
      await server.invoke({ ...event, queryStringParameters: query });
      died = crashing.died;
      const id = await healthy.connect(query);
      expect(await healthy.send(id, { action: 'identity' })).toMatchObject({ type: 'ack' });
    }
    bench.matrix.add('processDiesOnConnect', 'asPromised');
  });

  it('leaves nothing of a connection whose $disconnect is repeated, or that a delivery finds gone', async () => {
    for (const cleanup of ['repeated', 'delivery'] as const) {
      for (let died = true, deaths = 0; died; deaths += 1) {
        const scenario = await bench.createScenario();
        const { crashing, server } = createDyingServer(deaths);
        await server.disconnect(scenario.me);
        died = crashing.died;
        if (cleanup === 'repeated') await scenario.healthy.disconnect(scenario.me);
        else await bench.deliverToEnded(scenario, scenario.me);
        // A delivery removes the rows of rooms. The other rows receive none, and expire.
        const partitions = (await findRows(bench.table, scenario.me)).map(({ pk }) => String(pk));
        const remaining =
          cleanup === 'repeated' ? partitions : partitions.filter((pk) => pk.startsWith('ROOM#'));
        expect(remaining).toEqual([]);
      }
    }
    bench.matrix.add('processDiesOnDisconnect', 'asPromised');
  });
});

testFaultMatrix(() => bench);
