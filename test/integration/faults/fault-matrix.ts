import { readFileSync } from 'node:fs';

/** What a row of the README's table of faults says. */
interface FaultMatrixRow {
  readonly expected: string;
  readonly observed: Set<string>;
  cases: number;
}

/** Gathers what faults came to, one row a fault. */
export class FaultMatrix {
  readonly #rows = new Map<string, FaultMatrixRow>();

  /** Notes what one case of a fault came to. */
  add(fault: string, expected: string, observed: string): void {
    const row = this.#rows.get(fault) ?? { expected, observed: new Set(), cases: 0 };
    row.observed.add(observed);
    row.cases += 1;
    this.#rows.set(fault, row);
  }

  /** Prints the rows, and gives those that the README does not have. */
  findMissingRows(): string[] {
    const readme = readFileSync('README.md', 'utf8');
    const rows = [...this.#rows].map(([fault, { expected, observed, cases }]) => ({
      cases,
      text: `| ${fault} | ${expected} | ${[...observed].toSorted().join('; or ')} |`,
    }));
    console.log(rows.map(({ cases, text }) => `${text} ${cases} cases`).join('\n'));
    return rows.map(({ text }) => text).filter((text) => !readme.includes(text));
  }
}

/** What nobody has caught since this was called, to be looked at in the end. */
export function watchUnhandled(): { readonly seen: unknown[]; readonly stop: () => void } {
  const seen: unknown[] = [];
  const take = (reason: unknown) => void seen.push(reason);
  process.on('unhandledRejection', take);
  process.on('uncaughtException', take);
  const stop = () => {
    process.off('unhandledRejection', take);
    process.off('uncaughtException', take);
  };
  return { seen, stop };
}
