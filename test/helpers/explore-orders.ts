/** Selects one of `count` held calls by its index. */
type Choose = (count: number) => number;

/**
 * Runs a schedule in every possible order. Each run makes its choices by `choose`. The runs must be
 * deterministic: the same choices lead to the same number of held calls. Returns the number of runs.
 */
export async function exploreOrders(run: (choose: Choose) => Promise<void>): Promise<number> {
  const path: { choice: number; count: number }[] = [];
  for (let runs = 1; ; runs += 1) {
    let depth = 0;
    await run((count) => {
      path[depth] ??= { choice: 0, count };
      const { choice = 0 } = path[depth] ?? {};
      depth += 1;
      return choice;
    });
    // The next order differs from this one as late as possible.
    for (let last = path.at(-1); last && last.choice + 1 >= last.count; last = path.at(-1)) {
      path.pop();
    }
    const last = path.at(-1);
    if (!last) return runs;
    last.choice += 1;
  }
}
