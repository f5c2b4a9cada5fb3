import { readFileSync } from 'node:fs';

/** DynamoDB units of a request: reads and writes. */
export interface Units {
  readonly read: number;
  readonly write: number;
}

/** Content of `docs/data/costs.json`: the units of each action in a room of `roomSize` users. */
export interface Costs {
  readonly roomSize: number;
  readonly actions: readonly (Units & {
    readonly id: string;
    /** Name of the row, in Markdown. */
    readonly action: string;
  })[];
}

/** Content of `docs/data/faults.json`. Texts are Markdown. */
export interface Faults {
  /** Text of each outcome, by id. */
  readonly outcomes: Readonly<Record<string, string>>;
  readonly faults: readonly {
    readonly id: string;
    readonly fault: string;
    readonly promise: string;
    /** Ids of every outcome that the tests observe. */
    readonly observed: readonly string[];
  }[];
}

/** A stage parameter of `serverless.yml`. The README lists the essential ones. */
export interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly essential?: true;
}

/** Content of `docs/data/operations.json`: log fields and metrics. */
export interface Operations {
  readonly logFields: readonly {
    readonly names: readonly string[];
    readonly description: string;
  }[];
  readonly metrics: readonly { readonly name: string; readonly description: string }[];
}

/** Content of each file in `docs/data`, by name. */
interface DataFiles {
  readonly costs: Costs;
  readonly faults: Faults;
  readonly parameters: readonly Parameter[];
  readonly operations: Operations;
}

/** Reads a file of `docs/data`. */
export function readData<Name extends keyof DataFiles>(name: Name): DataFiles[Name] {
  return JSON.parse(readFileSync(`docs/data/${name}.json`, 'utf8'));
}
