import { readFileSync } from 'node:fs';
import {
  findRow,
  formatRows,
  formatTargets,
  type MeasureRow,
  reachesTarget,
  type Target,
} from '../../src/build/docs/bench-table.ts';
import { getCpuMsPerUnit, getWallMsPerUnit, interleave, median } from './harness/sample.ts';

const row = (value: number, controlValue: number, target?: Target): MeasureRow => ({
  ...{ measure: 'work', unit: 'ms', value, control: 'the same', controlValue },
  ...(target && { target }),
});

describe('samples', () => {
  it('are taken in turn, and the first round is not counted', async () => {
    const order: string[] = [];
    const subject = (name: string) => async () => {
      order.push(name);
      return { units: 1, cpuMs: order.length, wallMs: 0 };
    };
    const samples = await interleave({ a: subject('a'), b: subject('b') }, 2);
    expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    expect(samples.a.map(({ cpuMs }) => cpuMs)).toEqual([3, 5]);
    expect(samples.b.map(({ cpuMs }) => cpuMs)).toEqual([4, 6]);
  });

  it('have a median, of an odd and of an even number', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => median([])).toThrow('nothing');
  });

  it('are told a unit', () => {
    const samples = [{ units: 10, cpuMs: 20, wallMs: 50 }];
    expect([getCpuMsPerUnit(samples), getWallMsPerUnit(samples)]).toEqual([2, 5]);
  });
});

describe('a row', () => {
  it.each<[string, MeasureRow, boolean]>([
    ['has reached a ratio at most', row(35, 100, { atMost: 0.35 }), true],
    ['has missed a ratio at most', row(36, 100, { atMost: 0.35 }), false],
    ['has reached a ratio at least', row(50, 100, { atLeast: 0.5 }), true],
    ['has missed a ratio at least', row(49, 100, { atLeast: 0.5 }), false],
    ['has reached a difference', row(164, 100, { atMostMore: 64 }), true],
    ['has missed a difference', row(165, 100, { atMostMore: 64 }), false],
    ['has nothing to reach', row(1_000, 1), true],
    ['has missed where nothing was measured', row(Number.NaN, 1, { atMost: 1 }), false],
  ])('%s', (_case, found, expected) => {
    expect(reachesTarget(found)).toBe(expected);
  });

  it('is a line of a table in Markdown', () => {
    expect(formatRows([row(0.01234, 1_234.5, { atMost: 0.5 }), row(2, 1)]).split('\n')).toEqual([
      '| measure | Kaiwa     | control  | control value | ratio    | target | met |',
      '| ------- | --------- | -------- | ------------- | -------- | ------ | --- |',
      '| work    | 0.0123 ms | the same | 1,235 ms      | 0.000010 | ≤ 0.5  | yes |',
      '| work    | 2.00 ms   | the same | 1.00 ms       | 2.00     |        |     |',
    ]);
  });
});

describe('findRow', () => {
  const groups = { one: { rows: [row(1, 2)] } };

  it('finds a row by measure and control', () => {
    expect(findRow(groups, 'work', 'the same')).toEqual(row(1, 2));
  });

  it('throws if no row has that control', () => {
    expect(() => findRow(groups, 'work', 'another')).toThrow('lack "work"');
  });
});

describe('the recorded results', () => {
  it('meet every target', () => {
    const { groups } = JSON.parse(readFileSync('test/bench/results.json', 'utf8'));
    expect(formatTargets(groups)).not.toContain('MISSED');
  });
});
