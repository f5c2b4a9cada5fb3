import { isDeepStrictEqual } from 'node:util';

/**
 * A change of the set of valid values. The receiver ignores the fields or types of `added` and
 * `removed`.
 */
export type Change = 'wider' | 'narrower' | 'other' | 'added' | 'removed';

/** One change of a schema. */
export interface SchemaChange {
  /** The path from the root of the schema: `events[].edited.message`. */
  readonly at: string;
  readonly what: string;
  readonly change: Change;
}

/** The values that a keyword lists. Without the keyword, every value is valid. */
export type AllowedValues = readonly unknown[] | undefined;

/** Compares two lists of allowed values. */
export function compareLists(
  keyword: string,
  old: AllowedValues,
  current: AllowedValues,
  at: string,
): SchemaChange[] {
  const isNarrower = current !== undefined && !old?.every((value) => current.includes(value));
  const isWider = old !== undefined && !current?.every((value) => old.includes(value));
  if (!isNarrower && !isWider) return [];
  const change = isNarrower && isWider ? 'other' : isNarrower ? 'narrower' : 'wider';
  return [{ at, what: describe(keyword, old, current), change }];
}

/** Compares the values of a keyword that is not a list. */
export function compareValues(
  keyword: string,
  old: unknown,
  current: unknown,
  at: string,
): SchemaChange[] {
  if (isDeepStrictEqual(old, current)) return [];
  const change = classifyChange(keyword, old, current);
  return [{ at, what: describe(keyword, old, current), change }];
}

const describe = (keyword: string, old: unknown, current: unknown) =>
  `${keyword} was ${formatValue(old)}, is ${formatValue(current)}`;

const formatValue = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value));

/** A keyword can only narrow a schema. Among two of its values, only limits have an order. */
function classifyChange(keyword: string, old: unknown, current: unknown): Change {
  if (old === undefined) return 'narrower';
  if (current === undefined) return 'wider';
  const limit = /^(?:exclusive)?(max|min)/i.exec(keyword);
  if (!limit) return 'other';
  const increased = Number(current) > Number(old);
  return increased === (limit[1]?.toLowerCase() === 'max') ? 'wider' : 'narrower';
}
