import { intercept } from '../../helpers/fakes/faulty-dynamo.ts';
import { rowsOf } from '../../helpers/rows.ts';
import { gatewayEvent } from '../../helpers/test-server.ts';
import { conclude, Ground } from './fault-bench.ts';

jest.setTimeout(60_000);

let ground: Ground;

beforeAll(async () => {
  ground = await Ground.open();
});
afterAll(() => ground.close());

describe('a gateway that tells of connections as it likes', () => {
  it('two ends of one connection leave nothing, and the room hears of one or two', async () => {
    const { calm, me, ben } = await ground.scene();
    const replies = await Promise.all([calm.disconnect(me), calm.disconnect(me)]);
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(await rowsOf(ground.table, me)).toEqual([]);
    const told = ground.switchboard.got(ben).filter(({ type }) => type === 'left').length;
    expect([1, 2]).toContain(told);
    ground.findings.add(
      'two `$disconnect` for one connection',
      'nothing is left; `left` is told once or twice',
      'so it was',
    );
  });

  it('an end before its beginning was stored leaves what the next delivery removes', async () => {
    for (let wasHeld = true, calls = 0; wasHeld; calls += 1) {
      const scene = await ground.scene();
      const release = Promise.withResolvers<void>();
      const held = Promise.withResolvers<void>();
      let count = 0;
      const table = intercept(ground.table, async (_sent, go) => {
        count += 1;
        if (count === calls + 1) {
          held.resolve();
          await release.promise;
        }
        return go();
      });
      const early = `early-${calls}=`;
      const slow = ground.calm({}, table);
      const connecting = slow.invoke(gatewayEvent('CONNECT', '$connect', early));
      await Promise.race([held.promise, connecting]);
      await scene.calm.disconnect(early);
      release.resolve();
      expect((await connecting).statusCode).toBe(200);
      wasHeld = count > calls;
      await ground.found(scene, early);
      expect(await rowsOf(ground.table, early)).toEqual([]);
    }
    ground.findings.add(
      '`$disconnect` before `$connect` is stored',
      'the next delivery removes it',
      'so it was',
    );
  });

  it('an id that is given again hears nothing of the rooms of the one before', async () => {
    const scene = await ground.scene();
    const { calm, me, ben } = scene;
    const event = gatewayEvent('CONNECT', '$connect', me);
    expect((await calm.invoke(event)).statusCode).toBe(200);
    const { userId } = await calm.send(me, { action: 'identity' });
    expect(await ground.hears(scene, me)).toBe(0);
    expect(ground.switchboard.got(me)).toEqual([]);
    await calm.send(ben, { action: 'sendmessage', message: 'to all' });
    expect(ground.switchboard.got(me)).toHaveLength(1);
    await calm.disconnect(me);
    const rows = await rowsOf(ground.table, me);
    expect(rows.filter(({ pk, sk }) => `${pk}${sk}`.includes(userId))).toEqual([]);
    ground.findings.add(
      'an id is given to another, while the last end is not known',
      'nobody outside hears',
      'so it was',
    );
  });
});

conclude(() => ground);
