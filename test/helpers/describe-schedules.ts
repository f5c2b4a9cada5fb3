/** Runs one schedule in the order that its seed decides. Returns what it found wrong. */
type RunSchedule = (seed: number) => Promise<readonly string[]>;

/** The longest time that one schedule may take on a busy machine, in milliseconds. */
const maxMsPerSchedule = 3_000;

/**
 * Describes that schedules find nothing wrong. `npm test` runs the same `count` seeds each time. The
 * command `npm run test:schedules` runs as many as it is asked for: `SCHEDULES` from seed `FROM` on.
 */
export function describeSchedules(name: string, count: number, runSchedule: RunSchedule): void {
  const seeds = Number(process.env['SCHEDULES'] ?? count);
  const from = Number(process.env['FROM'] ?? 0);
  it(
    `finds nothing wrong in ${seeds} schedules of ${name}`,
    async () => {
      const found: string[] = [];
      for (let seed = from; seed < from + seeds; seed += 1) {
        for (const finding of await runSchedule(seed)) found.push(`seed ${seed}: ${finding}`);
      }
      expect(found).toEqual([]);
    },
    30_000 + seeds * maxMsPerSchedule,
  );
}
