import { isRecord } from '../../server/lib/is-record.ts';
import type { Schema } from './frames.ts';
import {
  type AllowedValues,
  type Change,
  compareLists,
  compareValues,
  type SchemaChange,
} from './value-diff.ts';

/** An old and a current schema of the same thing. */
interface SchemaPair {
  readonly old: Schema;
  readonly current: Schema;
  /** The path from the root of the schema. */
  readonly at: string;
  /** Whether the receiver ignores fields and listed types that it does not know. */
  readonly ignoresUnknown: boolean;
}

/** Lists the changes from one schema to another that affect which values are valid. */
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
  // Keywords of unrelated types have nothing in common.
  if (types.some(({ change }) => change === 'other')) return types;
  const keywords = new Set([...Object.keys(old), ...Object.keys(current)]);
  return [
    ...types,
    ...compareLists('value', getAllowedValues(old), getAllowedValues(current), at),
    ...compareFields(pair),
    ...compareAlternatives(pair),
    ...[...keywords]
      .filter((keyword) => !ignoredKeywords.has(keyword))
      .flatMap((keyword) => compareKeyword(pair, keyword)),
  ];
}

/** Keywords that do not affect validation, and keywords that have a comparison of their own. */
const ignoredKeywords = new Set([
  'title',
  'description',
  'examples',
  '$comment',
  'type',
  'const',
  'enum',
  'properties',
  'required',
  'oneOf',
]);

function getAllowedTypes({ type }: Schema): AllowedValues {
  const types = type === undefined ? undefined : [type].flat();
  return types?.includes('number') ? [...types, 'integer'] : types;
}

const getAllowedValues = (schema: Schema): AllowedValues =>
  schema['const'] === undefined ? schema.enum : [schema['const']];

function compareFields(pair: SchemaPair): SchemaChange[] {
  const names = new Set([...getFieldNames(pair.old), ...getFieldNames(pair.current)]);
  return [...names].flatMap((name) => compareField(pair, name));
}

const getFieldNames = ({ properties, required = [] }: Schema) => [
  ...Object.keys(properties ?? {}),
  ...required,
];

function compareField({ old, current, ignoresUnknown, at }: SchemaPair, name: string) {
  const before = getField(old, name);
  const after = getField(current, name);
  const wasRequired = isRequired(old, name);
  const nowRequired = isRequired(current, name);
  const path = joinPath(at, name);
  if (before && after) {
    return [
      ...compareRequirement(wasRequired, nowRequired, path),
      ...comparePair({ old: before, current: after, ignoresUnknown, at: path }),
    ];
  }
  // The receiver of a closed object rejects a field that it does not know.
  const isOpen = ignoresUnknown || (before ? current : old).additionalProperties !== false;
  return before
    ? [describeRemoval(isOpen, wasRequired, path)]
    : [describeAddition(isOpen, nowRequired, path)];
}

/** Returns the schema of a field. A required field without a schema accepts every value. */
const getField = (schema: Schema, name: string): Schema | undefined =>
  schema.properties?.[name] ?? (isRequired(schema, name) ? {} : undefined);

const isRequired = ({ required }: Schema, name: string) => required?.includes(name) ?? false;

const joinPath = (at: string, name: string) => (at === '' ? name : `${at}.${name}`);

function compareRequirement(was: boolean, is: boolean, at: string): SchemaChange[] {
  if (was === is) return [];
  return is
    ? [{ at, what: 'is required now', change: 'narrower' }]
    : [{ at, what: 'is optional now', change: 'wider' }];
}

function describeRemoval(isOpen: boolean, wasRequired: boolean, at: string): SchemaChange {
  const closedChange: Change = wasRequired ? 'other' : 'narrower';
  return { at, what: 'was removed', change: isOpen ? 'removed' : closedChange };
}

function describeAddition(isOpen: boolean, nowRequired: boolean, at: string): SchemaChange {
  return nowRequired
    ? { at, what: 'is new and required', change: isOpen ? 'narrower' : 'other' }
    : { at, what: 'is new', change: isOpen ? 'added' : 'wider' };
}

/** Compares the schemas of `oneOf`. A constant identifies each of them, such as an event's type. */
function compareAlternatives({ old, current, ignoresUnknown, at }: SchemaPair): SchemaChange[] {
  const before = indexByConstant(old.oneOf);
  const after = indexByConstant(current.oneOf);
  if (!before || !after) return compareValues('oneOf', old.oneOf, current.oneOf, at);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name): SchemaChange[] => {
    const path = `${at}.${name}`;
    const oldSchema = before.get(name);
    const schema = after.get(name);
    if (!schema)
      return [{ at: path, what: 'was removed', change: ignoresUnknown ? 'removed' : 'narrower' }];
    if (!oldSchema)
      return [{ at: path, what: 'is new', change: ignoresUnknown ? 'added' : 'wider' }];
    return comparePair({ old: oldSchema, current: schema, ignoresUnknown, at: path });
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

/** Keywords with a schema of their own, and the step that they add to a path. */
const innerSchemaSteps: Readonly<Record<string, string>> = {
  items: '[]',
  additionalProperties: '[]',
  propertyNames: '[] name',
};

function compareKeyword(
  { old, current, ignoresUnknown, at }: SchemaPair,
  keyword: string,
): SchemaChange[] {
  const before = normalize(old[keyword], ignoresUnknown);
  const after = normalize(current[keyword], ignoresUnknown);
  const step = innerSchemaSteps[keyword];
  return step !== undefined && isRecord(before) && isRecord(after)
    ? comparePair({ old: before, current: after, ignoresUnknown, at: at + step })
    : compareValues(keyword, before, after, at);
}

const normalize = (value: unknown, ignoresUnknown: boolean) =>
  value === true || (ignoresUnknown && value === false) ? undefined : value;
