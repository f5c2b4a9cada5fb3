/** One line of a chart. */
export interface Series {
  readonly name: string;
  /** Points from left to right. A logarithmic axis needs values above 0. */
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Whether the line is dashed, as a bound for the other lines. @default false */
  readonly dashed?: boolean;
}

/** An axis. A linear one starts at 0. */
export interface Axis {
  readonly label: string;
  readonly scale: 'linear' | 'log';
}

/** A line chart. */
export interface Chart {
  readonly title: string;
  /** Text for screen readers. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

const size = { width: 780, height: 430 };
const plot = { left: 92, top: 68, right: 570, bottom: 366 };

/** The chart draws its own background, since the theme of GitHub may differ from the system's. */
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

/** Draws a chart as SVG. The same chart gives the same bytes. */
export function drawChart(chart: Chart): string {
  const { title, description, x, y, series } = chart;
  const points = series.flatMap((line) => line.points);
  const horizontal = createScale(
    x,
    points.map(([value]) => value),
    plot.left,
    plot.right,
  );
  const vertical = createScale(
    y,
    points.map(([, value]) => value),
    plot.bottom,
    plot.top,
  );
  const lines = series.map((line, index) =>
    drawLine(line, index, horizontal.toPixel, vertical.toPixel),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-labelledby="t d">`,
    `<title id="t">${escapeXml(title)}</title><desc id="d">${escapeXml(description)}</desc>`,
    `<style>${style}</style>`,
    `<rect class="back" x="0.5" y="0.5" width="${size.width - 1}" height="${size.height - 1}" rx="8"/>`,
    `<text class="title" x="20" y="30">${escapeXml(title)}</text>`,
    ...vertical.ticks.map((tick) => drawGridLine(tick, vertical.toPixel(tick))),
    ...horizontal.ticks.map((tick) => drawTick(tick, horizontal.toPixel(tick))),
    `<path class="axis" d="M${plot.left} ${plot.top}V${plot.bottom}H${plot.right}" fill="none"/>`,
    drawText((plot.left + plot.right) / 2, plot.bottom + 44, x.label, 'text-anchor="middle"'),
    drawText(20, plot.top - 16, y.label),
    ...lines,
    ...drawNames(series, vertical.toPixel),
    '</svg>',
    '',
  ].join('\n');
}

/** The mapping of values to pixels, and the values with a tick. */
interface Scale {
  readonly toPixel: (value: number) => number;
  readonly ticks: readonly number[];
}

function createScale(axis: Axis, values: readonly number[], start: number, end: number): Scale {
  const isLog = axis.scale === 'log';
  const to = Math.max(...values);
  const from = isLog ? Math.min(...values) : 0;
  const ticks = isLog ? createPowerTicks(from, to) : createRoundTicks(from, to);
  const low = Math.min(from, ticks[0] ?? from);
  const high = Math.max(to, ticks.at(-1) ?? to);
  const project = (value: number) => (isLog ? Math.log10(value) : value);
  const toShare = (value: number) =>
    (project(value) - project(low)) / (project(high) - project(low));
  return { toPixel: (value) => start + toShare(value) * (end - start), ticks };
}

/** Returns the powers of ten from below the first value to above the last. */
function createPowerTicks(from: number, to: number): number[] {
  const first = Math.floor(Math.log10(from) + 1e-9);
  const last = Math.ceil(Math.log10(to) - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}

/** Returns about five round numbers. */
function createRoundTicks(from: number, to: number): number[] {
  const rough = (to - from) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const count = Math.ceil((to - from) / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => from + index * step);
}

/** Draws a line and its points. Each series has its own marker, so that color is not needed. */
function drawLine({ points, dashed }: Series, index: number, toX: ToPixel, toY: ToPixel): string {
  const pixels = points.map(([x, y]) => [round(toX(x)), round(toY(y))] as const);
  const path = pixels.map(([x, y]) => `${x} ${y}`).join('L');
  const marks = pixels.map(([x, y]) => drawMark(index, x, y)).join('');
  const classes = `line c${index % 5}${dashed ? ' dashed' : ''}`;
  return `<path class="${classes}" d="M${path}"/><g class="c${index % 5}">${marks}</g>`;
}

type ToPixel = (value: number) => number;

/** Draws a circle, a square, a triangle or a diamond. */
function drawMark(index: number, x: number, y: number): string {
  const shapes = ['', 'm-4-4h8v8h-8z', 'm0-5l5 9h-10z', 'm0-5l5 5-5 5-5-5z'];
  const shape = shapes[index % shapes.length];
  return shape ? `<path d="M${x} ${y}${shape}"/>` : `<circle cx="${x}" cy="${y}" r="4"/>`;
}

/** Draws the marker and name of each line at the height of its end, moved apart if they would touch. */
function drawNames(series: readonly Series[], toY: ToPixel): string[] {
  const ends = series
    .map(({ name, points }, index) => ({ name, index, top: toY(points.at(-1)?.[1] ?? 0) }))
    .sort((a, b) => a.top - b.top);
  let lowest = 0;
  return ends.map(({ name, index, top }) => {
    lowest = Math.max(top + 4, lowest + 17);
    const mark = drawMark(index, plot.right + 20, round(lowest - 4));
    const label = drawText(plot.right + 32, lowest, name, `class="name c${index % 5}"`);
    return `<g class="c${index % 5}">${mark}</g>${label}`;
  });
}

const drawGridLine = (tick: number, y: number) =>
  `<path class="grid" d="M${plot.left} ${round(y)}H${plot.right}"/>${drawText(plot.left - 8, y + 4, formatTick(tick), 'text-anchor="end"')}`;

const drawTick = (tick: number, x: number) =>
  `<path class="axis" d="M${round(x)} ${plot.bottom}v5"/>${drawText(x, plot.bottom + 20, formatTick(tick), 'text-anchor="middle"')}`;

const drawText = (x: number, y: number, content: string, attributes = '') =>
  `<text x="${round(x)}" y="${round(y)}"${attributes && ` ${attributes}`}>${escapeXml(content)}</text>`;

const round = (value: number) => Math.round(value * 10) / 10;

/** Formats the number of a tick. */
function formatTick(value: number): string {
  if (value >= 1e9) return `${round(value / 1e9)} billion`;
  if (value >= 1e6) return `${round(value / 1e6)} million`;
  return Number(value.toPrecision(6)).toLocaleString('en-US', { maximumFractionDigits: 6 });
}

const escapeXml = (content: string) =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
