import { readFileSync } from 'node:fs';

/** What a row of the README's table of faults says. */
interface Finding {
  readonly promised: string;
  readonly seen: Set<string>;
  cases: number;
}

/** Gathers what faults came to, one row a fault. */
export class Findings {
  readonly #rows = new Map<string, Finding>();

  /** Notes what one case of a fault came to. */
  add(fault: string, promised: string, seen: string): void {
    const row = this.#rows.get(fault) ?? { promised, seen: new Set(), cases: 0 };
    row.seen.add(seen);
    row.cases += 1;
    this.#rows.set(fault, row);
  }

  /** Prints the rows, and gives those that the README does not have. */
  missing(): string[] {
    const readme = readFileSync('README.md', 'utf8');
    const rows = [...this.#rows].map(([fault, { promised, seen, cases }]) => ({
      cases,
      text: `| ${fault} | ${promised} | ${[...seen].toSorted().join('; or ')} |`,
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
