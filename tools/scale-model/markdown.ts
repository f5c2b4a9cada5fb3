/** A table in Markdown: a heading for each column, the first one to the left, the others to the right. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const rule = headings.map((_, index) => (index === 0 ? '---' : '---:'));
  return [headings, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** A number that people read: three digits that count, thousands apart. */
export function formatNumber(value: number): string {
  if (value >= 1e9) return `${formatNumber(value / 1e9)} billion`;
  if (value >= 1e6) return `${formatNumber(value / 1e6)} million`;
  const digits = value >= 100 ? Number(value.toPrecision(3)) : Number(value.toPrecision(2));
  return digits.toLocaleString('en-US', { maximumFractionDigits: 4 });
}

/** Dollars. */
export const formatUsd = (value: number) => `$${formatNumber(value)}`;
/** A share. */
export const formatPercent = (share: number) => `${formatNumber(share * 100)} %`;
/** Milliseconds as seconds. */
export const formatSeconds = (ms: number) => (ms / 1_000).toFixed(2);
