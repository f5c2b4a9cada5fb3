/** One measurement beside its control, both from the same run. */
export interface MeasureRow {
  readonly measure: string;
  readonly unit: 'ms' | '/s' | 'MB';
  readonly value: number;
  readonly control: string;
  readonly controlValue: number;
  /** Bound that the measurement must meet. A row without one is informative. */
  readonly target?: Target;
}

/** A bound of the ratio of value and control value, or of their difference (`atMostMore`). */
export type Target =
  | { readonly atMost: number }
  | { readonly atLeast: number }
  | { readonly atMostMore: number };

/** The rows of a group of measurements. */
export interface BenchRows {
  readonly rows: readonly MeasureRow[];
}

/** Returns the value as a multiple of the control value. */
export const getRatio = ({ value, controlValue }: MeasureRow) => value / controlValue;

/** Returns whether a row meets its target. */
export function reachesTarget(row: MeasureRow): boolean {
  const { target, value, controlValue } = row;
  if (!target) return true;
  if ('atMostMore' in target) return value - controlValue <= target.atMostMore;
  const ratio = getRatio(row);
  return 'atMost' in target ? ratio <= target.atMost : ratio >= target.atLeast;
}

const headings = [
  'measure',
  'Kaiwa',
  'control',
  'control value',
  'ratio',
  'target',
  'met',
] as const;

/** Returns rows as a Markdown table whose columns also line up in a terminal. */
export function formatRows(rows: readonly MeasureRow[]): string {
  const lines = [headings, ...rows.map(formatCells)];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => length(line[column]))),
  );
  const print = (line: readonly string[]) =>
    `| ${widths.map((width, column) => (line[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [head = '', ...body] = lines.map(print);
  return [head, rule, ...body].join('\n');
}

/** Returns the rows that have a target, of all groups, as a table. */
export function formatTargets(groups: Readonly<Record<string, BenchRows>>): string {
  const rows = Object.values(groups).flatMap(({ rows }) => rows);
  return formatRows(rows.filter(({ target }) => target));
}

/**
 * Finds one row of any group.
 *
 * @throws Error if no row has this measure and control.
 */
export function findRow(
  groups: Readonly<Record<string, BenchRows>>,
  measure: string,
  control: string,
): MeasureRow {
  const found = Object.values(groups)
    .flatMap(({ rows }) => rows)
    .find((row) => row.measure === measure && row.control === control);
  if (!found) throw new Error(`The results lack "${measure}" with the control "${control}".`);
  return found;
}

const length = (text = '') => text.length;

function formatCells(row: MeasureRow): string[] {
  const { measure, control, target, value, controlValue } = row;
  const verdict = target ? (reachesTarget(row) ? 'yes' : 'MISSED') : '';
  return [
    measure,
    formatMeasure(value, row),
    control,
    formatMeasure(controlValue, row),
    formatRatio(getRatio(row)),
    formatTarget(row),
    verdict,
  ];
}

function formatTarget({ target, unit }: MeasureRow): string {
  if (!target) return '';
  if ('atMostMore' in target) return `≤ ${target.atMostMore} ${unit} more`;
  return 'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
}

/** Formats a ratio. A small one keeps two significant digits. */
const formatRatio = (ratio: number) => (ratio < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(2));

/** Formats a value with its unit, to three significant digits. */
export const formatMeasure = (value: number, { unit }: Pick<MeasureRow, 'unit'>): string =>
  `${value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)} ${unit}`;
