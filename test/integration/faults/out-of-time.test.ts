import { forEachConcurrent } from '../../../src/server/lib/concurrency.ts';
import { Between, type Fault } from '../../helpers/fakes/fault-proxy.ts';
import { valid } from '../../helpers/strict-test-server.ts';
import type { Frame } from '../../helpers/test-server.ts';
import { leaks } from './engine.ts';
import { conclude, durable, Ground } from './fault-bench.ts';
import { Lambda } from './lambda.ts';

jest.setTimeout(60_000);

let ground: Ground;

beforeAll(async () => {
  ground = await Ground.open();
});
afterAll(() => ground.close());

/** Makes a request whose call of that number hangs, and again, lets the call go through, and makes it again. */
async function late(request: Frame, number: number) {
  const { room, calm, ben, me } = await ground.scene();
  const { slow, letGo } = await holding(number);
  const frame = { ...request, room, id: 'the-id' };
  // The last 500 are kept to answer; the rest is less than any call waits before it is tried again.
  const first = valid(await slow.send(ben, frame, 1_300));
  const second = await calm.send(ben, frame);
  expect(second).toMatchObject({ type: 'ack' });
  const { calls, later } = await letGo();
  expect(leaks(first)).toBe(false);
  expect(await calm.send(ben, frame)).toEqual(second);
  const { events } = await calm.store.recovery.eventsAfter(room, 1);
  expect(events.map(({ seq }) => seq)).toEqual([second['seq']]);
  const told = ground.switchboard.got(me).map(({ seq }) => seq);
  expect(new Set(told)).toEqual(new Set([second['seq']]));
  return { first, calls, later };
}

/** A Lambda whose call of that number reaches the engine only when it is let go, which tells how many came after it, if there was one. */
async function holding(number: number) {
  const { table, switchboard } = ground;
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

describe('an invocation that runs out of time', () => {
  it.each(durable)(
    '%s has one effect, though a call goes through when all is over',
    async (_name, request) => {
      const trial = await late(request, Number.POSITIVE_INFINITY);
      expect(trial.calls).toBeGreaterThan(5);
      const numbers = Array.from({ length: trial.calls }, (_, index) => index + 1);
      await forEachConcurrent(numbers.values(), 8, async (number) => {
        const { first, later } = await late(request, number);
        // Nothing was begun when the time was over, neither by the middleware nor behind it.
        if (later !== undefined) expect(later).toBe(0);
        if (later !== undefined)
          expect(first).toMatchObject({ code: 'unavailable', retryable: true });
        const fault = 'the time runs out at any call, which goes through when all is over';
        const promised = '`unavailable`; sent again: one effect, the same ack';
        ground.findings.add(fault, promised, 'so it was');
      });
    },
  );
});

conclude(() => ground);
