import { forEachConcurrent } from '../../../src/server/lib/concurrency.ts';
import { valid } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { type Case, casesOf, hintOf, leaks, operations } from './engine.ts';
import { conclude, expectMade, Ground, type Scene } from './fault-bench.ts';

jest.setTimeout(180_000);

let ground: Ground;

beforeAll(async () => {
  ground = await Ground.open();
});
afterAll(() => ground.close());

/** What is tried, what it takes before, and what must be so when it was tried again and acked. */
interface Trial {
  readonly name: string;
  readonly frame: Frame;
  readonly joined: boolean;
  readonly after: (scene: Scene, again: Frame) => Promise<void>;
}

const trials: Trial[] = [
  {
    name: 'joining',
    frame: { action: 'joinroom', after: 0 },
    joined: false,
    after: async (scene, again) => {
      expect(again['events']).toMatchObject([{ message: 'before' }]);
      expect(await ground.hears(scene, scene.me)).toBe(1);
    },
  },
  {
    name: 'leaving',
    frame: { action: 'leaveroom' },
    joined: true,
    after: async (scene) => expect(await ground.hears(scene, scene.me)).toBe(0),
  },
  {
    name: 'marking',
    frame: { action: 'markread', seq: 1 },
    joined: true,
    after: async ({ calm, me, room }, again) => {
      expect(again['seq']).toBe(1);
      const { rooms } = await calm.send(me, { action: 'listrooms' });
      expect(rooms.find((one: Frame) => one['room'] === room)).toMatchObject({
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
      expect(ground.switchboard.got(ben)).toContainEqual(
        expect.objectContaining({ type: 'typing' }),
      ),
  },
];

async function live({ frame, joined, after }: Trial, one?: Case) {
  const scene = await ground.scene(joined);
  const { calm, me, room, outsider } = scene;
  const request = frame['action'] === 'listrooms' ? frame : { ...frame, room };
  const { between, lambda } = await ground.failing(one);
  const first = valid(await lambda.send(me, request));
  await between.close();
  const again = valid(await calm.send(me, request));
  // Who has left cannot leave again.
  if (again['code'] !== 'not_member') expect(again).toMatchObject({ type: 'ack' });
  await after(scene, again);
  expect(ground.switchboard.got(outsider)).toEqual([]);
  return { first, calls: between.calls, hit: between.hit };
}

const promised = 'acked or `unavailable`; sent again, it is so';

describe('while the engine fails at any of its calls', () => {
  it.concurrent.each(trials)(
    '$name is answered, and done when it is asked for again',
    async (trial) => {
      const { calls } = await live(trial);
      expect(calls).toBeGreaterThan(1);
      const cases = casesOf(calls);
      const unmade: Case[] = [];
      await forEachConcurrent(cases.values(), 16, async (one) => {
        const { first, hit } = await live(trial, one);
        const hint = `${trial.name}: ${hintOf(one)}`;
        if (hit === 0) unmade.push(one);
        if (leaks(first)) throw new Error(`${hint}: ${JSON.stringify(first)}`);
        const isAck = first['type'] === 'ack';
        if (!isAck) expect({ hint, ...first }).toMatchObject({ hint, code: 'unavailable' });
        const fault = 'any of these while one joins, leaves, marks, types or reads';
        ground.findings.add(fault, promised, isAck ? 'acked' : '`unavailable`, then acked');
      });
      expectMade(cases, unmade);
    },
  );

  it('are met by five calls on single rows and stretches, none of which can be done in part', () => {
    expect([...ground.operations].toSorted()).toEqual(operations);
    ground.findings.add(
      'DynamoDB returns unprocessed items',
      'cannot be: no call is made for many',
      'so it was',
    );
  });
});

conclude(() => ground);
