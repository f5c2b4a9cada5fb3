/** Formats a Markdown table. The first column is left-aligned, the others are right-aligned. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const rule = headings.map((_, index) => (index === 0 ? '---' : '---:'));
  return [headings, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Formats a number with up to three significant digits. */
export function formatNumber(value: number): string {
  if (value >= 1e9) return `${formatNumber(value / 1e9)} billion`;
  if (value >= 1e6) return `${formatNumber(value / 1e6)} million`;
  const digits = value >= 100 ? Number(value.toPrecision(3)) : Number(value.toPrecision(2));
  return digits.toLocaleString('en-US', { maximumFractionDigits: 4 });
}

/** Formats dollars. */
export const formatUsd = (value: number) => `$${formatNumber(value)}`;
/** Formats a share as a percentage. */
export const formatPercent = (share: number) => `${formatNumber(share * 100)} %`;
/** Formats milliseconds as seconds. */
export const formatSeconds = (ms: number) => (ms / 1_000).toFixed(2);
