import { type Chart, drawChart } from '../plots.ts';

const chart: Chart = {
  title: 'Cakes & <teas>',
  description: 'Cakes by teas.',
  x: { label: 'teas', scale: 'log' },
  y: { label: 'cakes', scale: 'linear' },
  series: [
    {
      name: 'first',
      points: [
        [10, 1],
        [100, 2],
        [3_000, 9],
      ],
    },
    {
      name: 'second',
      points: [
        [10, 3],
        [3_000, 9],
      ],
      dashed: true,
    },
  ],
};

/** Returns the pixels of each series, from left to right. */
const parseLines = (svg: string) =>
  [...svg.matchAll(/<path class="line[^"]*" d="M([^"]+)"/g)].map(([, path = '']) =>
    path.split('L').map((point) => point.split(' ').map(Number)),
  );

describe('drawChart', () => {
  it('adds a title and a description for screen readers, and escapes them', () => {
    const svg = drawChart(chart);
    expect(svg).toContain('role="img" aria-labelledby="t d"');
    expect(svg).toContain('<title id="t">Cakes &amp; &lt;teas&gt;</title>');
    expect(svg).toContain('<desc id="d">Cakes by teas.</desc>');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('closes every element that it opens', () => {
    const open: string[] = [];
    for (const [, close, name = '', alone] of drawChart(chart).matchAll(
      /<(\/?)(\w+)[^>]*?(\/?)>/g,
    )) {
      if (close) expect(open.pop()).toBe(name);
      else if (!alone) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('draws equal ratios at equal distances on a logarithmic axis', () => {
    const [first = []] = parseLines(drawChart(chart));
    const [a = 0, b = 0, c = 0] = first.map(([x]) => x);
    expect((b - a) / (c - a)).toBeCloseTo(Math.log(10) / Math.log(300), 2);
  });

  it('draws equal differences at equal distances on a linear axis, which starts at 0', () => {
    const [first = []] = parseLines(drawChart(chart));
    const [y1 = 0, y2 = 0, y9 = 0] = first.map(([, y]) => y);
    expect((y1 - y9) / (y1 - y2)).toBeCloseTo(8, 1);
    expect(drawChart(chart)).toContain('text-anchor="end">0</text>');
  });

  it('keeps every point between its axes', () => {
    for (const [x = 0, y = 0] of parseLines(drawChart(chart)).flat()) {
      expect(x).toBeGreaterThanOrEqual(92);
      expect(x).toBeLessThanOrEqual(570);
      expect(y).toBeGreaterThanOrEqual(68);
      expect(y).toBeLessThanOrEqual(366);
    }
  });

  it('moves the names of lines apart that end at the same height', () => {
    const names = [...drawChart(chart).matchAll(/<text x="[\d.]+" y="([\d.]+)" class="name/g)];
    const [first = 0, second = 0] = names.map(([, y]) => Number(y));
    expect(second - first).toBeGreaterThanOrEqual(17);
  });

  it('gives the same bytes for the same chart', () => {
    expect(drawChart(chart)).toBe(drawChart(structuredClone(chart)));
  });
});
