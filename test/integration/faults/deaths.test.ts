import { CrashingProcess } from '../../helpers/fakes/faulty-dynamo.ts';
import { findRows } from '../../helpers/rows.ts';
import { createGatewayEvent, type Frame } from '../../helpers/test-server.ts';
import { FaultBench, type Scenario, testConclusions } from './fault-bench.ts';

jest.setTimeout(60_000);

let bench: FaultBench;

beforeAll(async () => {
  bench = await FaultBench.open();
});
afterAll(() => bench.close());

/** A Lambda in a process that dies after so many steps. */
function createDyingServer(steps: number) {
  const crashing = new CrashingProcess();
  crashing.stepsLeft = steps;
  const lambda = bench.createHealthyServer(
    {
      outcome: (id, frame) =>
        crashing.step(async () => {
          bench.connectionsApi.framesFor(id).push(frame);
          return 'delivered' as const;
        }),
    },
    crashing.table(bench.table),
  );
  return { process: crashing, lambda };
}

/** What is asked for, and what must be so when it was asked for again. */
const requests: [string, Frame, boolean, (scene: Scenario) => Promise<void>][] = [
  [
    'joining',
    { action: 'joinroom' },
    false,
    async (scene) => expect(await bench.countReceived(scene, scene.me)).toBe(1),
  ],
  [
    'leaving',
    { action: 'leaveroom' },
    true,
    async (scene) => expect(await bench.countReceived(scene, scene.me)).toBe(0),
  ],
  [
    'marking',
    { action: 'markread', seq: 1 },
    true,
    async ({ healthy, me, room }) => {
      const { rooms } = await healthy.send(me, { action: 'listrooms' });
      expect(rooms).toContainEqual(expect.objectContaining({ room, read: 1, unread: 0 }));
    },
  ],
];

describe('a process that dies between any two calls', () => {
  it.each(requests)(
    '%s is done when it is asked for again',
    async (_name, request, joined, check) => {
      let deaths = 0;
      for (let died = true; died; deaths += 1) {
        const scene = await bench.createScenario(joined);
        const { process: crashing, lambda } = createDyingServer(deaths);
        const frame = { ...request, room: scene.room };
        await lambda.send(scene.me, frame);
        died = crashing.died;
        const again = await scene.healthy.send(scene.me, frame);
        // Who has left cannot leave again.
        if (again['code'] !== 'not_member') expect(again).toMatchObject({ type: 'ack' });
        await check(scene);
        bench.matrix.add('processDies', 'announcementsMayBeLost');
      }
      expect(deaths).toBeGreaterThan(4);
    },
  );

  it('a connect is of no effect on anybody else, and its person comes in by another', async () => {
    const healthy = bench.createHealthyServer();
    for (let died = true, deaths = 0; died; deaths += 1) {
      const { process: crashing, lambda } = createDyingServer(deaths);
      const event = createGatewayEvent('CONNECT', '$connect', `half-${deaths}=`);
      const query = { key: `the-key-of-half-${deaths}` };
      await lambda.invoke({ ...event, queryStringParameters: query });
      died = crashing.died;
      const id = await healthy.connect(query);
      expect(await healthy.send(id, { action: 'identity' })).toMatchObject({ type: 'ack' });
    }
    bench.matrix.add('processDiesOnConnect', 'asPromised');
  });

  it('an end that is told of again, or found out by a delivery, leaves nothing', async () => {
    for (const again of ['told', 'found'] as const) {
      for (let died = true, deaths = 0; died; deaths += 1) {
        const scene = await bench.createScenario();
        const { process: crashing, lambda } = createDyingServer(deaths);
        await lambda.disconnect(scene.me);
        died = crashing.died;
        if (again === 'told') await scene.healthy.disconnect(scene.me);
        else await bench.deliverToEnded(scene, scene.me);
        // Where nothing is left to be posted to, the rest is left to its time.
        const left = (await findRows(bench.table, scene.me)).map(({ pk }) => String(pk));
        const heard = again === 'told' ? left : left.filter((pk) => pk.startsWith('ROOM#'));
        expect(heard).toEqual([]);
      }
    }
    bench.matrix.add('processDiesOnDisconnect', 'asPromised');
  });
});

testConclusions(() => bench);
