import { sideBySide } from '../../src/delivery/sidebyside.ts';
import { openTable, type TestTable } from '../support/database.ts';
import { intercept, Process } from '../support/faults.ts';
import { rowsOf } from '../support/rows.ts';
import { valid } from '../support/valid.ts';
import { type Frame, gatewayEvent, World } from '../support/world.ts';
import { Between, type Fault } from './between.ts';
import { leaks } from './engine.ts';
import { Findings, watchUnhandled } from './findings.ts';
import { Lambda } from './lambda.ts';
import { Switchboard } from './switchboard.ts';

jest.setTimeout(60_000);

let table: TestTable;
let switchboard: Switchboard;
const findings = new Findings();
const unhandled = watchUnhandled();

beforeAll(async () => {
  table = await openTable();
  switchboard = await Switchboard.start();
  jest.spyOn(console, 'error').mockImplementation(() => {});
});
afterAll(async () => {
  jest.restoreAllMocks();
  unhandled.stop();
  await switchboard.close();
  await table.close();
});

let rooms = 0;

/** A room with Ben in it, and somebody who may be in it as well. */
async function aRoom(joined = true) {
  rooms += 1;
  const room = `lives-${rooms}`;
  const world = new World(table);
  const [me, ben] = [
    await world.connect({ key: `the-key-of-me-in-${room}` }),
    await world.connect(),
  ];
  await world.send(ben, { action: 'joinroom', room });
  if (joined) await world.send(me, { action: 'joinroom', room });
  await world.send(ben, { action: 'sendmessage', room, message: 'before' });
  world.pushed.clear();
  const hears = async (id: string) => {
    world.pushedTo(id).length = 0;
    await world.send(ben, { action: 'sendmessage', room, message: 'after' });
    return world.pushedTo(id).filter(({ type }) => type === 'message').length;
  };
  return { room, world, me, ben, hears };
}

type Room = Awaited<ReturnType<typeof aRoom>>;

/** The same Lambda in a process that dies after so many steps. */
function dying({ world }: Room, steps: number) {
  const process = new Process();
  process.left = steps;
  const lambda = new World(process.table(table), {
    outcome: (id, frame) =>
      process.step(async () => {
        world.pushedTo(id).push(frame);
        return 'delivered' as const;
      }),
  });
  return { process, lambda };
}

/** What is asked for, and what must be so when it was asked for again. */
const requests: [string, Frame, boolean, (room: Room) => Promise<void>][] = [
  [
    'joining',
    { action: 'joinroom' },
    false,
    async ({ hears, me }) => expect(await hears(me)).toBe(1),
  ],
  [
    'leaving',
    { action: 'leaveroom' },
    true,
    async ({ hears, me }) => expect(await hears(me)).toBe(0),
  ],
  [
    'marking',
    { action: 'markread', seq: 1 },
    true,
    async ({ world, me, room }) => {
      const { rooms } = await world.send(me, { action: 'listrooms' });
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
        const scene = await aRoom(joined);
        const { process, lambda } = dying(scene, deaths);
        const frame = { ...request, room: scene.room };
        await lambda.send(scene.me, frame);
        died = process.died;
        const again = await scene.world.send(scene.me, frame);
        // Who has left cannot leave again.
        if (again['code'] !== 'not_member') expect(again).toMatchObject({ type: 'ack' });
        await check(scene);
        const fault = 'the process dies between any two calls: joining, leaving, marking';
        findings.add(
          fault,
          'asked for again, it is so',
          'so it was; `joined`, `left` or `read` may have been lost',
        );
      }
      expect(deaths).toBeGreaterThan(4);
    },
  );

  it('a connect is of no effect on anybody else, and its person comes in by another', async () => {
    for (let died = true, deaths = 0; died; deaths += 1) {
      const scene = await aRoom();
      const { process, lambda } = dying(scene, deaths);
      const event = gatewayEvent('CONNECT', '$connect', `half-${deaths}=`);
      const query = { key: `the-key-of-half-${deaths}` };
      await lambda.invoke({ ...event, queryStringParameters: query });
      died = process.died;
      const id = await scene.world.connect(query);
      expect(await scene.world.send(id, { action: 'identity' })).toMatchObject({ type: 'ack' });
    }
    findings.add('… at `$connect`', 'the next connect is let in', 'so it was');
  });

  it('an end that is told of again, or found out by a delivery, leaves nothing', async () => {
    for (const again of ['told', 'found'] as const) {
      for (let died = true, deaths = 0; died; deaths += 1) {
        const scene = await aRoom();
        const { process, lambda } = dying(scene, deaths);
        await lambda.disconnect(scene.me);
        died = process.died;
        if (again === 'told') await scene.world.disconnect(scene.me);
        else await found(scene);
        // Where nothing is left to be posted to, the rest is left to its time.
        const left = (await rowsOf(table, scene.me)).map(({ pk }) => String(pk));
        const heard = again === 'told' ? left : left.filter((pk) => pk.startsWith('ROOM#'));
        expect(heard).toEqual([]);
      }
    }
    findings.add(
      '… at `$disconnect`',
      'told of again, nothing is left; else nothing that is posted to',
      'so it was',
    );
  });
});

/** A minute later, somebody speaks in both of the rooms, and the gateway answers 410 for the one who ended. */
async function found({ room, me, ben }: Room): Promise<void> {
  const later = new World(table, {
    clock: () => Date.now() + 60_000,
    outcome: (id) => (id === me ? 'gone' : 'delivered'),
  });
  await later.send(ben, { action: 'sendmessage', room, message: 'anybody?' });
  await later.send(ben, { action: 'sendmessage', message: 'anybody?' });
}

/** The durable requests, each about the room's first message, by its author. */
const durable: [string, Frame][] = [
  ['a send', { action: 'sendmessage', message: 'once', replyTo: 1 }],
  ['an edit', { action: 'editmessage', seq: 1, message: 'once' }],
  ['a reaction', { action: 'react', seq: 1, emoji: '👍' }],
];

describe('an invocation that runs out of time', () => {
  it.each(durable)(
    '%s has one effect, though a call goes through when all is over',
    async (...of) => {
      const trial = await late(of[1], Number.POSITIVE_INFINITY);
      expect(trial.calls).toBeGreaterThan(5);
      const numbers = Array.from({ length: trial.calls }, (_, index) => index + 1);
      await sideBySide(numbers.values(), 8, async (number) => {
        const { first, later } = await late(of[1], number);
        // Nothing was begun when the time was over, neither by the middleware nor behind it.
        if (later !== undefined) expect(later).toBe(0);
        if (later !== undefined)
          expect(first).toMatchObject({ code: 'unavailable', retryable: true });
        const fault = 'the time runs out at any call, which goes through when all is over';
        findings.add(fault, '`unavailable`; sent again: one effect, the same ack', 'so it was');
      });
    },
  );
});

/** Makes a request whose call of that number hangs, and again, lets the call go through, and makes it again. */
async function late(request: Frame, number: number) {
  const { room, world, ben, me } = await aRoom();
  const { slow, letGo } = await holding(number);
  const frame = { ...request, room, id: 'the-id' };
  // The last 500 are kept to answer; the rest is less than any call waits before it is tried again.
  const first = valid(await slow.send(ben, frame, 1_300));
  const second = await world.send(ben, frame);
  expect(second).toMatchObject({ type: 'ack' });
  const { calls, later } = await letGo();
  expect(leaks(first)).toBe(false);
  expect(await world.send(ben, frame)).toEqual(second);
  const { events } = await world.store.recovery.since(room, 1);
  expect(events.map(({ seq }) => seq)).toEqual([second['seq']]);
  const told = [...world.pushedTo(me), ...switchboard.got(me)].map(({ seq }) => seq);
  expect(new Set(told)).toEqual(new Set([second['seq']]));
  return { first, calls, later };
}

/** A Lambda whose call of that number reaches the engine only when it is let go, which tells how many came after it, if there was one. */
async function holding(number: number) {
  const release = Promise.withResolvers<void>();
  const applied = Promise.withResolvers<void>();
  const between = await Between.start(table.engine.endpoint);
  const held: Fault = async (_response, apply) => {
    await release.promise;
    await apply();
    applied.resolve();
  };
  between.fault = (_call, count) => (count === number ? held : undefined);
  const { url: database } = between;
  const slow = new Lambda({ table, database, gateway: switchboard.url, timeoutMs: 3_000 });
  const letGo = async () => {
    release.resolve();
    const { calls, hit } = between;
    if (hit > 0) await applied.promise;
    await between.close();
    return { calls, later: hit > 0 ? calls - number : undefined };
  };
  return { slow, letGo };
}

const minute = 60_000;

describe('a clock that jumps', () => {
  it.each([-10, -2, 2, 10])('by %d minutes within a request leaves one effect', async (minutes) => {
    for (let jumped = true, calls = 0; jumped; calls += 1) {
      const { room, world, ben, me } = await aRoom();
      let [ahead, count] = [0, 0];
      const jumping = new World(
        intercept(table, async (_sent, go) => {
          count += 1;
          const output = await go();
          if (count === calls + 1) ahead = minutes * minute;
          return output;
        }),
        { clock: () => Date.now() + ahead },
      );
      const frame = { action: 'sendmessage', room, message: 'once', id: 'the-id' };
      const first = await jumping.send(ben, frame);
      jumped = ahead !== 0;
      if (first['type'] !== 'ack') expect(first).toMatchObject({ code: 'unavailable' });
      const second = await world.send(ben, frame);
      expect(second).toMatchObject({ type: 'ack' });
      expect(await jumping.send(ben, frame)).toEqual(second);
      const { events } = await world.store.recovery.since(room, 1);
      expect(events.map(({ seq }) => seq)).toEqual([second['seq']]);
      expect(
        new Set([...world.pushedTo(me), ...jumping.pushedTo(me)].map(({ seq }) => seq)),
      ).toEqual(new Set([second['seq']]));
    }
    findings.add(
      'the clock jumps by minutes, either way, within a request',
      'one log, one effect',
      'so it was',
    );
  });

  it('between two Lambdas leaves one log and one effect', async () => {
    const { room, world, ben, me } = await aRoom();
    const offsets = [-5, 0, 5].map((minutes) => minutes * minute);
    const lambdas = offsets.map((offset) => new World(table, { clock: () => Date.now() + offset }));
    const acks = new Map<string, Frame[]>();
    for (let turn = 0; turn < 12; turn += 1) {
      const frame = { action: 'sendmessage', room, message: 'once', id: `id-${turn % 4}` };
      const [one, ...others] = lambdas.toSorted(() => (turn % 2 ? 1 : -1));
      const replies = [await one?.send(ben, frame)];
      replies.push(...(await Promise.all(others.map((lambda) => lambda.send(ben, frame)))));
      const before = acks.get(frame.id) ?? [];
      acks.set(frame.id, [...before, ...replies.filter((reply) => reply !== undefined)]);
    }
    for (const replies of acks.values()) {
      for (const reply of replies) expect(reply).toEqual(replies[0]);
    }
    const { events } = await world.store.recovery.since(room, 1);
    expect(events).toHaveLength(4);
    const told = lambdas.flatMap((lambda) => lambda.pushedTo(me).map(({ seq }) => seq));
    expect(new Set(told)).toEqual(new Set(events.map(({ seq }) => seq)));
    findings.add('the clocks of Lambdas are minutes apart', 'one log, one effect', 'so it was');
  });

  it('a minute ahead charges connections for what they did not ask, until it is back', async () => {
    const { world, ben, room } = await aRoom();
    const limits = { rate: 10, burst: 300 };
    const ping = { action: 'members', room };
    const often = async (lambda: World) => {
      for (let turn = 0; turn < 15; turn += 1) await lambda.send(ben, ping);
      return lambda.send(ben, ping);
    };
    await often(new World(table, { ...limits, clock: () => Date.now() + minute }));
    const exact = new World(table, limits);
    expect(await often(exact)).toMatchObject({ code: 'rate_limited', retryable: true });
    expect(await world.send(ben, ping)).toMatchObject({ type: 'ack' });
    findings.add(
      'the clock of one Lambda is a minute ahead, and somebody asks often',
      'as the limits say',
      'not kept: others refuse them, and may hang up, until that minute is over',
    );
  });
});

describe('a gateway that tells of connections as it likes', () => {
  it('two ends of one connection leave nothing, and the room hears of one or two', async () => {
    const { world, me, ben } = await aRoom();
    const replies = await Promise.all([world.disconnect(me), world.disconnect(me)]);
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(await rowsOf(table, me)).toEqual([]);
    const told = world.pushedTo(ben).filter(({ type }) => type === 'left').length;
    expect([1, 2]).toContain(told);
    findings.add(
      'two `$disconnect` for one connection',
      'nothing is left; `left` is told once or twice',
      'so it was',
    );
  });

  it('an end before its beginning was stored leaves what the next delivery removes', async () => {
    for (let wasHeld = true, calls = 0; wasHeld; calls += 1) {
      const scene = await aRoom();
      const release = Promise.withResolvers<void>();
      const held = Promise.withResolvers<void>();
      let count = 0;
      const slow = new World(
        intercept(table, async (_sent, go) => {
          count += 1;
          if (count === calls + 1) {
            held.resolve();
            await release.promise;
          }
          return go();
        }),
      );
      const me = `early-${calls}=`;
      const connecting = slow.invoke(gatewayEvent('CONNECT', '$connect', me));
      await Promise.race([held.promise, connecting]);
      await scene.world.disconnect(me);
      release.resolve();
      expect((await connecting).statusCode).toBe(200);
      wasHeld = count > calls;
      await found({ ...scene, me });
      expect(await rowsOf(table, me)).toEqual([]);
    }
    findings.add(
      '`$disconnect` before `$connect` is stored',
      'the next delivery removes it',
      'so it was',
    );
  });

  it('an id that is given again hears nothing of the rooms of the one before', async () => {
    const { world, me, ben, hears } = await aRoom();
    const event = gatewayEvent('CONNECT', '$connect', me);
    expect((await world.invoke(event)).statusCode).toBe(200);
    const { userId } = await world.send(me, { action: 'identity' });
    expect(await hears(me)).toBe(0);
    expect(world.pushedTo(me)).toEqual([]);
    await world.send(ben, { action: 'sendmessage', message: 'to all' });
    expect(world.pushedTo(me)).toHaveLength(1);
    await world.disconnect(me);
    expect((await rowsOf(table, me)).filter(({ pk, sk }) => `${pk}${sk}`.includes(userId))).toEqual(
      [],
    );
    findings.add(
      'an id is given to another, while the last end is not known',
      'nobody outside hears',
      'so it was',
    );
  });

  it('leaves no failure that nobody handles', () => {
    expect(unhandled.seen).toEqual([]);
  });

  it('came to what the README says', () => {
    expect(findings.missing()).toEqual([]);
  });
});
