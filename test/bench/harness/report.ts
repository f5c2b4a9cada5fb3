import type { Sample } from './sample.ts';

/** One measure beside its control, both of this run. */
export interface MeasureRow {
  readonly measure: string;
  readonly unit: 'ms' | '/s' | 'MB';
  readonly value: number;
  /** What it is compared with, and what that came to. */
  readonly control: string;
  readonly controlValue: number;
  /** What the measure must keep to; where there is nothing, the row informs. */
  readonly target?: Target;
}

/** A bound of the ratio, or of the difference, of a value and its control's. */
export type Target =
  | { readonly atMost: number }
  | { readonly atLeast: number }
  | { readonly atMostMore: number };

/** What a group of measures found. */
export interface BenchResult {
  readonly rows: readonly MeasureRow[];
  /** What the rows were worked out from. */
  readonly samples: Readonly<Record<string, readonly Sample[]>>;
}

/** How many times the control a measure is. */
export const getRatio = ({ value, controlValue }: MeasureRow) => value / controlValue;

/** Whether a row has reached its target. */
export function reachesTarget(row: MeasureRow): boolean {
  const { target, value, controlValue } = row;
  if (!target) return true;
  if ('atMostMore' in target) return value - controlValue <= target.atMostMore;
  const ratio = getRatio(row);
  return 'atMost' in target ? ratio <= target.atMost : ratio >= target.atLeast;
}

const heads = ['measure', 'ours', 'control', 'its', 'ratio', 'target', ''] as const;

/** Rows as a table in Markdown, which reads in a terminal too. */
export function formatTable(rows: readonly MeasureRow[]): string {
  const lines = [heads, ...rows.map(formatCells)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => length(line[column]))));
  const print = (line: readonly string[]) =>
    `| ${widths.map((width, column) => (line[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [head = '', ...body] = lines.map(print);
  return [head, rule, ...body].join('\n');
}

/** The rows of all groups that have a target, as a table. */
export function formatTargets(groups: Readonly<Record<string, Pick<BenchResult, 'rows'>>>): string {
  const rows = Object.values(groups).flatMap((found) => found.rows);
  return formatTable(rows.filter(({ target }) => target));
}

const length = (text = '') => text.length;

function formatCells(row: MeasureRow): string[] {
  const { measure, control, target, unit, value, controlValue } = row;
  const verdict = target ? (reachesTarget(row) ? 'yes' : 'MISSED') : '';
  const figures = [value, controlValue].map((figure) => `${formatFigure(figure)} ${unit}`);
  const [ours = '', its = ''] = figures;
  return [measure, ours, control, its, formatRatio(getRatio(row)), formatTarget(row), verdict];
}

function formatTarget({ target, unit }: MeasureRow): string {
  if (!target) return '';
  if ('atMostMore' in target) return `≤ ${target.atMostMore} ${unit} more`;
  return 'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
}

/** A small one must not read as nothing. */
const formatRatio = (ratio: number) => (ratio < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(2));

/** Three digits are more than such figures are worth. */
const formatFigure = (figure: number) =>
  figure >= 100 ? Math.round(figure).toLocaleString('en') : figure.toPrecision(3);
