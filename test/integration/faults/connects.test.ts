import { forEachConcurrent } from '../../../src/server/lib/concurrency.ts';
import { rowsOf } from '../../helpers/rows.ts';
import { gatewayEvent } from '../../helpers/test-server.ts';
import { type Case, casesOf, operations } from './engine.ts';
import { conclude, Ground } from './fault-bench.ts';

jest.setTimeout(180_000);

let ground: Ground;

beforeAll(async () => {
  ground = await Ground.open();
});
afterAll(() => ground.close());

describe('while the engine fails at any of its calls', () => {
  it.concurrent('a connect is let in or refused with 503, and whoever was refused comes in by another', async () => {
    const connect = (id: string) => ({
      ...gatewayEvent('CONNECT', '$connect', id),
      queryStringParameters: { key: 'the-key-of-one-who-comes' },
    });
    const trial = await ground.failing();
    await trial.lambda.invoke(connect('trial='));
    await trial.between.close();
    const calls = trial.between.calls;
    expect(calls).toBeGreaterThan(3);
    const calm = ground.calm();
    await forEachConcurrent(casesOf(calls).entries(), 24, async ([index, one]) => {
      const { lambda, between } = await ground.failing(one);
      const { statusCode, body } = await lambda.invoke(connect(`coming-${index}=`));
      await between.close();
      expect(body).toBeUndefined();
      expect([200, 503]).toContain(statusCode);
      const seen = statusCode === 200 ? 'let in' : '503, then let in';
      ground.findings.add(
        'any of these at `$connect`',
        'let in, or 503; the next connect is let in',
        seen,
      );
      expect((await calm.invoke(connect(`came-${index}=`))).statusCode).toBe(200);
      expect(await calm.send(`came-${index}=`, { action: 'identity' })).toMatchObject({
        type: 'ack',
      });
      // What is left of one that was refused is found when the gateway has told of its end, or by its time.
      await calm.disconnect(`coming-${index}=`);
      await calm.disconnect(`came-${index}=`);
    });
    const left = (await rowsOf(ground.table, 'coming-')).filter(
      ({ sk }) => !String(sk).startsWith('CONN#'),
    );
    expect(left).toEqual([]);
  });

  it.concurrent('the end of a connection leaves nothing behind, once it is told of again', async () => {
    const clean = async (one?: Case) => {
      const { calm, me } = await ground.scene();
      const { lambda, between } = await ground.failing(one);
      const event = gatewayEvent('DISCONNECT', '$disconnect', me);
      const { statusCode } = await lambda.invoke(event);
      await between.close();
      expect([200, 503]).toContain(statusCode);
      await calm.invoke(event);
      return { me, calls: between.calls };
    };
    const { calls } = await clean();
    const ended: string[] = [];
    await forEachConcurrent(casesOf(calls).values(), 24, async (one) => {
      ended.push((await clean(one)).me);
    });
    const rows = await rowsOf(ground.table, '=');
    expect(rows.filter(({ pk, sk }) => ended.some((id) => `${pk}${sk}`.includes(id)))).toEqual([]);
    ground.findings.add(
      'any of these at `$disconnect`',
      'told of again, nothing is left',
      'so it was',
    );
  });

  it('both make no call that could be done in part', () => {
    expect(operations).toEqual(expect.arrayContaining([...ground.operations]));
  });
});

conclude(() => ground);
