import { isDeepStrictEqual } from 'node:util';
import type { Schema } from './frames.ts';

/**
 * How what may be written has changed: there is more of it, less, or something else. Where the
 * reader leaves alone what it does not know, something may also have been added or removed.
 */
export type Change = 'wider' | 'narrower' | 'other' | 'added' | 'removed';

/** One change of a schema. */
export interface SchemaChange {
  /** The way to it from the whole: `events[].edited.message`. */
  readonly at: string;
  readonly what: string;
  readonly change: Change;
}

/** Two schemas of the same thing, where it stands, and how it is read. */
interface Pair {
  readonly old: Schema;
  readonly now: Schema;
  readonly at: string;
  /** Whether the reader leaves alone fields and listed types that it does not know. */
  readonly lenient: boolean;
}

/** Tells each change from one schema to another, as far as it matters to values. */
export function schemaChanges(old: Schema, now: Schema, lenient: boolean): SchemaChange[] {
  return changesOf({ old, now, lenient, at: '' });
}

function changesOf(pair: Pair): SchemaChange[] {
  const { old, now, at } = pair;
  const types = listChanges('type', typesOf(old), typesOf(now), at);
  // The rest is of no interest where it is no longer the same kind of thing.
  if (types.some(({ change }) => change === 'other')) return types;
  const keywords = new Set([...Object.keys(old), ...Object.keys(now)]);
  return [
    ...types,
    ...listChanges('value', valuesOf(old), valuesOf(now), at),
    ...fieldChanges(pair),
    ...alternativeChanges(pair),
    ...[...keywords].filter((keyword) => !apart.has(keyword)).flatMap(keywordChanges(pair)),
  ];
}

/** Keywords that say nothing of values, and those that are not compared by their own value. */
const apart = new Set([
  ...['title', 'description', 'examples', '$comment'],
  ...['type', 'const', 'enum', 'properties', 'required', 'oneOf'],
]);

/** What a keyword lists: without it everything is taken. */
type List = readonly unknown[] | undefined;

function typesOf({ type }: Schema): List {
  const types = type === undefined ? undefined : [type].flat();
  return types?.includes('number') ? [...types, 'integer'] : types;
}

const valuesOf = (schema: Schema): List =>
  schema['const'] === undefined ? schema.enum : [schema['const']];

function listChanges(keyword: string, old: List, now: List, at: string): SchemaChange[] {
  const takesLess = now !== undefined && !old?.every((value) => now.includes(value));
  const takesMore = old !== undefined && !now?.every((value) => old.includes(value));
  if (!takesLess && !takesMore) return [];
  const change = takesLess && takesMore ? 'other' : takesLess ? 'narrower' : 'wider';
  return [{ at, what: was(keyword, old, now), change }];
}

const was = (keyword: string, old: unknown, now: unknown) =>
  `${keyword} was ${shown(old)}, is ${shown(now)}`;

const shown = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value));

function fieldChanges({ old, now, lenient, at }: Pair): SchemaChange[] {
  return [...new Set([old, now].flatMap(namesOf))].flatMap((name) => {
    const [before, after] = [old, now].map((schema) => fieldOf(schema, name));
    const [needed, needs] = [old, now].map(({ required }) => required?.includes(name) ?? false);
    const place = at === '' ? name : `${at}.${name}`;
    const changed = (what: string, change: Change) => [{ at: place, what, change }];
    if (before && after) {
      const demand = needs ? 'is required now' : 'may be missing now';
      return [
        ...(needs === needed ? [] : changed(demand, needs ? 'narrower' : 'wider')),
        ...changesOf({ old: before, now: after, lenient, at: place }),
      ];
    }
    // A closed object’s reader refuses a field that it does not know.
    const isOpen = lenient || (before ? now : old).additionalProperties !== false;
    if (before) return changed('is gone', isOpen ? 'removed' : needed ? 'other' : 'narrower');
    if (needs) return changed('is new and required', isOpen ? 'narrower' : 'other');
    return changed('is new', isOpen ? 'added' : 'wider');
  });
}

const namesOf = ({ properties, required = [] }: Schema) => [
  ...Object.keys(properties ?? {}),
  ...required,
];

const fieldOf = ({ properties, required }: Schema, name: string): Schema | undefined =>
  properties?.[name] ?? (required?.includes(name) ? {} : undefined);

/** Alternatives are known by their constant, such as an event’s type. */
function alternativeChanges({ old, now, lenient, at }: Pair): SchemaChange[] {
  const [before, after] = [old, now].map(({ oneOf }) => byConstant(oneOf));
  if (!before || !after) return valueChanges('oneOf', old.oneOf, now.oneOf, at);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    const place = `${at}.${name}`;
    if (was && is) return changesOf({ old: was, now: is, lenient, at: place });
    if (is) return [{ at: place, what: 'is new', change: lenient ? 'added' : 'wider' }];
    return [{ at: place, what: 'is gone', change: lenient ? 'removed' : 'narrower' }];
  });
}

function byConstant(alternatives: readonly Schema[] = []): Map<string, Schema> | undefined {
  const known = new Map<string, Schema>();
  for (const schema of alternatives) {
    const constants = Object.values(schema.properties ?? {}).map((field) => field['const']);
    const name = constants.find((value) => value !== undefined);
    if (typeof name === 'string') known.set(name, schema);
  }
  return known.size > 0 && known.size === alternatives.length ? known : undefined;
}

/** Where a keyword leads to the schema of what is inside. */
const inside: Readonly<Record<string, string>> = {
  items: '[]',
  additionalProperties: '[]',
  propertyNames: '[] name',
};

const keywordChanges =
  ({ old, now, lenient, at }: Pair) =>
  (keyword: string): SchemaChange[] => {
    const [before, after] = [old, now].map((schema) => demandOf(schema[keyword], lenient));
    if (keyword in inside && isSchema(before) && isSchema(after)) {
      return changesOf({ old: before, now: after, lenient, at: at + inside[keyword] });
    }
    return valueChanges(keyword, before, after, at);
  };

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

const demandOf = (value: unknown, lenient: boolean) =>
  value === true || (lenient && value === false) ? undefined : value;

function valueChanges(keyword: string, old: unknown, now: unknown, at: string): SchemaChange[] {
  if (isDeepStrictEqual(old, now)) return [];
  return [{ at, what: was(keyword, old, now), change: valueChange(keyword, old, now) }];
}

/** Any keyword of a schema only narrows what it takes; of two values few can be compared. */
function valueChange(keyword: string, old: unknown, now: unknown): Change {
  if (old === undefined) return 'narrower';
  if (now === undefined) return 'wider';
  const limit = /^(?:exclusive)?(max|min)/i.exec(keyword);
  if (!limit) return 'other';
  const grew = Number(now) > Number(old);
  return grew === (limit[1]?.toLowerCase() === 'max') ? 'wider' : 'narrower';
}
