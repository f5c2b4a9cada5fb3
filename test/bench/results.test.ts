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

const createRow = (value: number, controlValue: number, target?: Target): MeasureRow => ({
  measure: 'work',
  unit: 'ms',
  value,
  control: 'the same',
  controlValue,
  ...(target && { target }),
});

describe('interleave', () => {
  it('measures the subjects in turn, and drops the first round', async () => {
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
});

describe('median', () => {
  it('returns the middle value, or the mean of the two middle values', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(() => median([])).toThrow('at least one value');
  });
});

describe('getCpuMsPerUnit and getWallMsPerUnit', () => {
  it('divide the times by the units', () => {
    const samples = [{ units: 10, cpuMs: 20, wallMs: 50 }];
    expect([getCpuMsPerUnit(samples), getWallMsPerUnit(samples)]).toEqual([2, 5]);
  });
});

describe('reachesTarget', () => {
  it.each<[string, MeasureRow, boolean]>([
    ['accepts a ratio up to `atMost`', createRow(35, 100, { atMost: 0.35 }), true],
    ['rejects a ratio above `atMost`', createRow(36, 100, { atMost: 0.35 }), false],
    ['accepts a ratio from `atLeast` on', createRow(50, 100, { atLeast: 0.5 }), true],
    ['rejects a ratio below `atLeast`', createRow(49, 100, { atLeast: 0.5 }), false],
    ['accepts a difference up to `atMostMore`', createRow(164, 100, { atMostMore: 64 }), true],
    ['rejects a difference above `atMostMore`', createRow(165, 100, { atMostMore: 64 }), false],
    ['accepts any row without a target', createRow(1_000, 1), true],
    ['rejects a value that was not measured', createRow(Number.NaN, 1, { atMost: 1 }), false],
  ])('%s', (_case, row, expected) => {
    expect(reachesTarget(row)).toBe(expected);
  });
});

describe('formatRows', () => {
  it('formats each row as a line of a Markdown table', () => {
    expect(
      formatRows([createRow(0.01234, 1_234.5, { atMost: 0.5 }), createRow(2, 1)]).split('\n'),
    ).toEqual([
      '| measure | Kaiwa     | control  | control value | ratio    | target | met |',
      '| ------- | --------- | -------- | ------------- | -------- | ------ | --- |',
      '| work    | 0.0123 ms | the same | 1,235 ms      | 0.000010 | ≤ 0.5  | yes |',
      '| work    | 2.00 ms   | the same | 1.00 ms       | 2.00     |        |     |',
    ]);
  });
});

describe('findRow', () => {
  const groups = { group: { rows: [createRow(1, 2)] } };

  it('finds a row by measure and control', () => {
    expect(findRow(groups, 'work', 'the same')).toEqual(createRow(1, 2));
  });

  it('throws if no row has that control', () => {
    expect(() => findRow(groups, 'work', 'another')).toThrow('lack "work"');
  });
});

describe('results.json', () => {
  it('meets every target', () => {
    const { groups } = JSON.parse(readFileSync('test/bench/results.json', 'utf8'));
    expect(formatTargets(groups)).not.toContain('MISSED');
  });
});
