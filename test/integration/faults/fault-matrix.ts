import { readData } from '../../../src/build/docs/data.ts';

/** Collects the outcomes of injected faults, by the ids of `docs/data/faults.json`. */
export class FaultMatrix {
  readonly #observed = new Map<string, Set<string>>();

  /** Records the outcome of one case of a fault. */
  add(fault: string, outcome: string): void {
    const outcomes = this.#observed.get(fault) ?? new Set();
    this.#observed.set(fault, outcomes.add(outcome));
  }

  /** Lists the faults whose outcomes are not exactly the documented ones. */
  findDifferences(): string[] {
    const documented = new Map(
      readData('faults').faults.map(({ id, observed }) => [id, new Set(observed)]),
    );
    return [...this.#observed]
      .filter(
        ([id, outcomes]) => outcomes.symmetricDifference(documented.get(id) ?? new Set()).size,
      )
      .map(([id, outcomes]) => `${id}: ${[...outcomes].join(', ')}`);
  }
}

/** Starts to record the errors that no code catches. */
export function watchUnhandled(): { readonly seen: unknown[]; readonly stop: () => void } {
  const seen: unknown[] = [];
  const record = (reason: unknown) => void seen.push(reason);
  process.on('unhandledRejection', record);
  process.on('uncaughtException', record);
  const stop = () => {
    process.off('unhandledRejection', record);
    process.off('uncaughtException', record);
  };
  return { seen, stop };
}
