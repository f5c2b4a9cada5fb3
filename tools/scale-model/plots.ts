/** One line of a chart. */
export interface Series {
  readonly name: string;
  /** From left to right. Where the axis is logarithmic, above 0. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Dashed: a bound that the other lines are to be compared with. */
  readonly dashed?: boolean;
}

/** An axis: what stands on it, and its unit. A linear one begins at 0. */
export interface Axis {
  readonly label: string;
  readonly scale: 'linear' | 'log';
}

/** A chart of lines. */
export interface Chart {
  readonly title: string;
  /** What it shows, for who cannot see it. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

const size = { width: 780, height: 430 };
const plot = { left: 92, top: 68, right: 570, bottom: 366 };

/** Its own background in either mode: GitHub's theme need not be the system's. */
const style = `
text{font:13px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}
.title{font-size:16px;font-weight:600}.back{fill:#fff;stroke:#d1d9e0}.grid{stroke:#d1d9e0}.axis{stroke:#59636e}
.line{fill:none;stroke-width:2.5}.dashed{stroke-dasharray:7 5}
.c0{stroke:#0969da;fill:#0969da}.c1{stroke:#bc4c00;fill:#bc4c00}.c2{stroke:#1a7f37;fill:#1a7f37}
.c3{stroke:#8250df;fill:#8250df}.c4{stroke:#7d4e00;fill:#7d4e00}.name{stroke:none}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.back{fill:#0d1117;stroke:#3d444d}.grid{stroke:#3d444d}
.axis{stroke:#9198a1}.c0{stroke:#4493f8;fill:#4493f8}.c1{stroke:#f0883e;fill:#f0883e}
.c2{stroke:#3fb950;fill:#3fb950}.c3{stroke:#ab7df8;fill:#ab7df8}.c4{stroke:#d29922;fill:#d29922}}
.line{fill:none}`.trim();

/** Draws a chart as SVG; the same chart gives the same bytes. */
export function drawChart(chart: Chart): string {
  const { title, description, x, y, series } = chart;
  const all = series.flatMap(({ points }) => points);
  const across = createScale(
    x,
    all.map(([value]) => value),
    plot.left,
    plot.right,
  );
  const up = createScale(
    y,
    all.map(([, value]) => value),
    plot.bottom,
    plot.top,
  );
  const lines = series.map((one, index) => drawLine(one, index, across.place, up.place));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-labelledby="t d">`,
    `<title id="t">${escapeXml(title)}</title><desc id="d">${escapeXml(description)}</desc>`,
    `<style>${style}</style>`,
    `<rect class="back" x="0.5" y="0.5" width="${size.width - 1}" height="${size.height - 1}" rx="8"/>`,
    `<text class="title" x="20" y="30">${escapeXml(title)}</text>`,
    ...up.ticks.map((tick) => drawRule(tick, up.place(tick))),
    ...across.ticks.map((tick) => drawFoot(tick, across.place(tick))),
    `<path class="axis" d="M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}" fill="none"/>`,
    drawText((plot.left + plot.right) / 2, plot.bottom + 44, x.label, 'text-anchor="middle"'),
    drawText(20, plot.top - 16, y.label),
    ...lines,
    ...drawNames(series, up.place),
    '</svg>',
    '',
  ].join('\n');
}

/** Where a value is on the page, and which values get a tick. */
interface Scale {
  readonly place: (value: number) => number;
  readonly ticks: readonly number[];
}

function createScale(axis: Axis, values: readonly number[], start: number, end: number): Scale {
  const isLog = axis.scale === 'log';
  const to = Math.max(...values);
  const from = isLog ? Math.min(...values) : 0;
  const ticks = isLog ? powers(from, to) : steps(from, to);
  const [low, high] = [Math.min(from, ticks[0] ?? from), Math.max(to, ticks.at(-1) ?? to)];
  const of = (value: number) => (isLog ? Math.log10(value) : value);
  const share = (value: number) => (of(value) - of(low)) / (of(high) - of(low));
  return { place: (value) => start + share(value) * (end - start), ticks };
}

/** The powers of ten from below the first value to above the last. */
function powers(from: number, to: number): number[] {
  const first = Math.floor(Math.log10(from) + 1e-9);
  const last = Math.ceil(Math.log10(to) - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}

/** Round numbers, about five of them. */
function steps(from: number, to: number): number[] {
  const rough = (to - from) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const count = Math.ceil((to - from) / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => from + index * step);
}

/** A line and its points, each series with a mark of its own: colour is not all that tells them apart. */
function drawLine({ points, dashed }: Series, index: number, x: Place, y: Place): string {
  const places = points.map(([left, top]) => [round(x(left)), round(y(top))] as const);
  const path = places.map(([left, top]) => `${left} ${top}`).join('L');
  const marks = places.map(([left, top]) => drawMark(index, left, top)).join('');
  const classes = `line c${index % 5}${dashed ? ' dashed' : ''}`;
  return `<path class="${classes}" d="M${path}"/><g class="c${index % 5}">${marks}</g>`;
}

type Place = (value: number) => number;

/** A circle, a square, a triangle, a diamond. */
function drawMark(index: number, x: number, y: number): string {
  const shapes = ['', 'm-4-4h8v8h-8z', 'm0-5l5 9h-10z', 'm0-5l5 5-5 5-5-5z'];
  const shape = shapes[index % shapes.length];
  return shape ? `<path d="M${x} ${y}${shape}"/>` : `<circle cx="${x}" cy="${y}" r="4"/>`;
}

/** Each line's mark and name at the height of its end, moved apart where they would touch. */
function drawNames(series: readonly Series[], y: Place): string[] {
  const ends = series
    .map(({ name, points }, index) => ({ name, index, top: y(points.at(-1)?.[1] ?? 0) }))
    .sort((a, b) => a.top - b.top);
  let lowest = 0;
  return ends.map(({ name, index, top }) => {
    lowest = Math.max(top + 4, lowest + 17);
    const [left, right] = [plot.right + 20, plot.right + 32];
    const sign = `<g class="c${index % 5}">${drawMark(index, left, round(lowest - 4))}</g>`;
    return sign + drawText(right, lowest, name, `class="name c${index % 5}"`);
  });
}

const drawRule = (tick: number, y: number) =>
  `<path class="grid" d="M${plot.left} ${round(y)}H${plot.right}"/>${drawText(plot.left - 8, y + 4, formatTick(tick), 'text-anchor="end"')}`;

const drawFoot = (tick: number, x: number) =>
  `<path class="axis" d="M${round(x)} ${plot.bottom}v5"/>${drawText(x, plot.bottom + 20, formatTick(tick), 'text-anchor="middle"')}`;

const drawText = (x: number, y: number, content: string, more = '') =>
  `<text x="${round(x)}" y="${round(y)}"${more && ` ${more}`}>${escapeXml(content)}</text>`;

const round = (value: number) => Math.round(value * 10) / 10;

/** A number as a tick shows it. */
function formatTick(value: number): string {
  if (value >= 1e9) return `${round(value / 1e9)} billion`;
  if (value >= 1e6) return `${round(value / 1e6)} million`;
  return Number(value.toPrecision(6)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}

const escapeXml = (content: string) =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
