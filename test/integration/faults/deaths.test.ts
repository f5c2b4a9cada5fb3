import { Process } from '../../helpers/fakes/faulty-dynamo.ts';
import { rowsOf } from '../../helpers/rows.ts';
import { type Frame, gatewayEvent } from '../../helpers/test-server.ts';
import { conclude, Ground, type Scene } from './fault-bench.ts';

jest.setTimeout(60_000);

let ground: Ground;

beforeAll(async () => {
  ground = await Ground.open();
});
afterAll(() => ground.close());

/** A Lambda in a process that dies after so many steps. */
function dying(steps: number) {
  const process = new Process();
  process.left = steps;
  const lambda = ground.calm(
    {
      outcome: (id, frame) =>
        process.step(async () => {
          ground.switchboard.got(id).push(frame);
          return 'delivered' as const;
        }),
    },
    process.table(ground.table),
  );
  return { process, lambda };
}

/** What is asked for, and what must be so when it was asked for again. */
const requests: [string, Frame, boolean, (scene: Scene) => Promise<void>][] = [
  [
    'joining',
    { action: 'joinroom' },
    false,
    async (scene) => expect(await ground.hears(scene, scene.me)).toBe(1),
  ],
  [
    'leaving',
    { action: 'leaveroom' },
    true,
    async (scene) => expect(await ground.hears(scene, scene.me)).toBe(0),
  ],
  [
    'marking',
    { action: 'markread', seq: 1 },
    true,
    async ({ calm, me, room }) => {
      const { rooms } = await calm.send(me, { action: 'listrooms' });
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
        const scene = await ground.scene(joined);
        const { process, lambda } = dying(deaths);
        const frame = { ...request, room: scene.room };
        await lambda.send(scene.me, frame);
        died = process.died;
        const again = await scene.calm.send(scene.me, frame);
        // Who has left cannot leave again.
        if (again['code'] !== 'not_member') expect(again).toMatchObject({ type: 'ack' });
        await check(scene);
        const fault = 'the process dies between any two calls: joining, leaving, marking';
        ground.findings.add(
          fault,
          'asked for again, it is so',
          'so it was; `joined`, `left` or `read` may have been lost',
        );
      }
      expect(deaths).toBeGreaterThan(4);
    },
  );

  it('a connect is of no effect on anybody else, and its person comes in by another', async () => {
    const calm = ground.calm();
    for (let died = true, deaths = 0; died; deaths += 1) {
      const { process, lambda } = dying(deaths);
      const event = gatewayEvent('CONNECT', '$connect', `half-${deaths}=`);
      const query = { key: `the-key-of-half-${deaths}` };
      await lambda.invoke({ ...event, queryStringParameters: query });
      died = process.died;
      const id = await calm.connect(query);
      expect(await calm.send(id, { action: 'identity' })).toMatchObject({ type: 'ack' });
    }
    ground.findings.add('… at `$connect`', 'the next connect is let in', 'so it was');
  });

  it('an end that is told of again, or found out by a delivery, leaves nothing', async () => {
    for (const again of ['told', 'found'] as const) {
      for (let died = true, deaths = 0; died; deaths += 1) {
        const scene = await ground.scene();
        const { process, lambda } = dying(deaths);
        await lambda.disconnect(scene.me);
        died = process.died;
        if (again === 'told') await scene.calm.disconnect(scene.me);
        else await ground.found(scene, scene.me);
        // Where nothing is left to be posted to, the rest is left to its time.
        const left = (await rowsOf(ground.table, scene.me)).map(({ pk }) => String(pk));
        const heard = again === 'told' ? left : left.filter((pk) => pk.startsWith('ROOM#'));
        expect(heard).toEqual([]);
      }
    }
    ground.findings.add(
      '… at `$disconnect`',
      'told of again, nothing is left; else nothing that is posted to',
      'so it was',
    );
  });
});

conclude(() => ground);
