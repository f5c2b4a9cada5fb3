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
interface SchemaPair {
  readonly old: Schema;
  readonly current: Schema;
  readonly at: string;
  /** Whether the reader leaves alone fields and listed types that it does not know. */
  readonly ignoresUnknown: boolean;
}

/** Tells each change from one schema to another, as far as it matters to values. */
export function compareSchemas(
  old: Schema,
  current: Schema,
  ignoresUnknown: boolean,
): SchemaChange[] {
  return comparePair({ old, current, ignoresUnknown, at: '' });
}

function comparePair(pair: SchemaPair): SchemaChange[] {
  const { old, current, at } = pair;
  const types = compareLists('type', getAllowedTypes(old), getAllowedTypes(current), at);
  // The rest is of no interest where it is no longer the same kind of thing.
  if (types.some(({ change }) => change === 'other')) return types;
  const keywords = new Set([...Object.keys(old), ...Object.keys(current)]);
  return [
    ...types,
    ...compareLists('value', getAllowedValues(old), getAllowedValues(current), at),
    ...compareFields(pair),
    ...compareAlternatives(pair),
    ...[...keywords]
      .filter((keyword) => !ignoredKeywords.has(keyword))
      .flatMap(compareKeyword(pair)),
  ];
}

/** Keywords that say nothing of values, and those that are not compared by their own value. */
const ignoredKeywords = new Set([
  ...['title', 'description', 'examples', '$comment'],
  ...['type', 'const', 'enum', 'properties', 'required', 'oneOf'],
]);

/** What a keyword lists: without it everything is taken. */
type AllowedValues = readonly unknown[] | undefined;

function getAllowedTypes({ type }: Schema): AllowedValues {
  const types = type === undefined ? undefined : [type].flat();
  return types?.includes('number') ? [...types, 'integer'] : types;
}

const getAllowedValues = (schema: Schema): AllowedValues =>
  schema['const'] === undefined ? schema.enum : [schema['const']];

function compareLists(
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

const describe = (keyword: string, old: unknown, current: unknown) =>
  `${keyword} was ${formatValue(old)}, is ${formatValue(current)}`;

const formatValue = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value));

function compareFields({ old, current, ignoresUnknown, at }: SchemaPair): SchemaChange[] {
  return [...new Set([old, current].flatMap(getFieldNames))].flatMap((name) => {
    const [before, after] = [old, current].map((schema) => getField(schema, name));
    const [wasRequired, isRequired] = [old, current].map(
      ({ required }) => required?.includes(name) ?? false,
    );
    const path = at === '' ? name : `${at}.${name}`;
    const createChange = (what: string, change: Change) => [{ at: path, what, change }];
    if (before && after) {
      const requirement = isRequired ? 'is required now' : 'may be missing now';
      return [
        ...(isRequired === wasRequired
          ? []
          : createChange(requirement, isRequired ? 'narrower' : 'wider')),
        ...comparePair({ old: before, current: after, ignoresUnknown, at: path }),
      ];
    }
    // A closed object’s reader refuses a field that it does not know.
    const isOpen = ignoresUnknown || (before ? current : old).additionalProperties !== false;
    if (before)
      return createChange('is gone', isOpen ? 'removed' : wasRequired ? 'other' : 'narrower');
    if (isRequired) return createChange('is new and required', isOpen ? 'narrower' : 'other');
    return createChange('is new', isOpen ? 'added' : 'wider');
  });
}

const getFieldNames = ({ properties, required = [] }: Schema) => [
  ...Object.keys(properties ?? {}),
  ...required,
];

const getField = ({ properties, required }: Schema, name: string): Schema | undefined =>
  properties?.[name] ?? (required?.includes(name) ? {} : undefined);

/** Alternatives are known by their constant, such as an event’s type. */
function compareAlternatives({ old, current, ignoresUnknown, at }: SchemaPair): SchemaChange[] {
  const [before, after] = [old, current].map(({ oneOf }) => indexByConstant(oneOf));
  if (!before || !after) return compareValues('oneOf', old.oneOf, current.oneOf, at);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [oldAlternative, currentAlternative] = [before.get(name), after.get(name)];
    const path = `${at}.${name}`;
    if (oldAlternative && currentAlternative)
      return comparePair({
        old: oldAlternative,
        current: currentAlternative,
        ignoresUnknown,
        at: path,
      });
    if (currentAlternative)
      return [{ at: path, what: 'is new', change: ignoresUnknown ? 'added' : 'wider' }];
    return [{ at: path, what: 'is gone', change: ignoresUnknown ? 'removed' : 'narrower' }];
  });
}

function indexByConstant(alternatives: readonly Schema[] = []): Map<string, Schema> | undefined {
  const known = new Map<string, Schema>();
  for (const schema of alternatives) {
    const constants = Object.values(schema.properties ?? {}).map((field) => field['const']);
    const name = constants.find((value) => value !== undefined);
    if (typeof name === 'string') known.set(name, schema);
  }
  return known.size > 0 && known.size === alternatives.length ? known : undefined;
}

/** Where a keyword leads to the schema of what is inside. */
const innerSchemaKeywords: Readonly<Record<string, string>> = {
  items: '[]',
  additionalProperties: '[]',
  propertyNames: '[] name',
};

const compareKeyword =
  ({ old, current, ignoresUnknown, at }: SchemaPair) =>
  (keyword: string): SchemaChange[] => {
    const [before, after] = [old, current].map((schema) =>
      normalize(schema[keyword], ignoresUnknown),
    );
    if (keyword in innerSchemaKeywords && isSchema(before) && isSchema(after)) {
      return comparePair({
        old: before,
        current: after,
        ignoresUnknown,
        at: at + innerSchemaKeywords[keyword],
      });
    }
    return compareValues(keyword, before, after, at);
  };

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

const normalize = (value: unknown, ignoresUnknown: boolean) =>
  value === true || (ignoresUnknown && value === false) ? undefined : value;

function compareValues(
  keyword: string,
  old: unknown,
  current: unknown,
  at: string,
): SchemaChange[] {
  if (isDeepStrictEqual(old, current)) return [];
  return [
    { at, what: describe(keyword, old, current), change: classifyChange(keyword, old, current) },
  ];
}

/** Any keyword of a schema only narrows what it takes; of two values few can be compared. */
function classifyChange(keyword: string, old: unknown, current: unknown): Change {
  if (old === undefined) return 'narrower';
  if (current === undefined) return 'wider';
  const limit = /^(?:exclusive)?(max|min)/i.exec(keyword);
  if (!limit) return 'other';
  const increased = Number(current) > Number(old);
  return increased === (limit[1]?.toLowerCase() === 'max') ? 'wider' : 'narrower';
}
