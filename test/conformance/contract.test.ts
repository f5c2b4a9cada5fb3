import { Ajv } from 'ajv';
import { connect } from '../../schemas/connect.ts';
import { errorFrame } from '../../schemas/errors.ts';
import { requestId } from '../../schemas/fields.ts';
import { type Action, ackSchema } from '../../schemas/index.ts';
import validators from '../../src/generated/validators.cjs';
import {
  actionNames,
  eventSchemas,
  isObject,
  type NamedSchema,
  requests,
  results,
} from './contract-entries.ts';

const withKind = (kind: string, schemas: NamedSchema[]) =>
  schemas.map(([name, schema]): NamedSchema => [`${kind} ${name}`, schema]);
const frames: NamedSchema[] = [
  ...withKind('the request', requests),
  ...withKind('the result', results),
  ...withKind('the event', eventSchemas),
  ['the error frame', errorFrame],
];

// A schema with `not: { required: […] }` defines those properties outside of `not`.
const ajv = new Ajv({ strict: true, strictRequired: false, allErrors: true });

/** Lists the rules of a schema that a value breaks. */
function findViolations(schema: unknown, value: unknown) {
  const validate = ajv.compile(schema as object);
  validate(value);
  return validate.errors ?? [];
}

/** Returns the properties and the required names of a frame's schema. */
function getFields(schema: unknown): { properties: Record<string, unknown>; required: string[] } {
  return { properties: {}, required: [], ...(isObject(schema) && schema) };
}

/** Keywords that contain values. */
const valueKeywords = new Set(['const', 'enum', 'default', 'examples']);

/** Keywords that contain schemas by name. */
const nameKeywords = new Set(['properties', 'patternProperties', '$defs']);

/** Yields a schema and every schema inside it. */
function* walkSchemas(value: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) for (const entry of value) yield* walkSchemas(entry);
  if (!isObject(value)) return;
  yield value;
  for (const [keyword, inner] of Object.entries(value)) {
    if (valueKeywords.has(keyword)) continue;
    const isNamed = nameKeywords.has(keyword) && isObject(inner);
    yield* walkSchemas(isNamed ? Object.values(inner) : inner);
  }
}

/** Returns whether fields can pass unchecked. A map checks the names and the values of its fields. */
function isOpen({
  type,
  properties,
  propertyNames,
  additionalProperties,
}: Record<string, unknown>) {
  if (![type].flat().includes('object') || additionalProperties === false) return false;
  return properties !== undefined || !isObject(propertyNames) || !isObject(additionalProperties);
}

describe('the schemas', () => {
  it.each([...frames, ['the handshake', connect] satisfies NamedSchema])(
    'have valid examples for %s',
    (_name, { schema, examples }) => {
      expect(examples).not.toEqual([]);
      expect(examples.flatMap((example) => findViolations(schema, example))).toEqual([]);
    },
  );

  it.each(frames)('reject unknown fields of %s at every depth', (_name, { schema }) => {
    expect([...walkSchemas(schema)].filter(isOpen)).toEqual([]);
  });

  it.each(requests)('require the action of the request %s, and allow an id', (name, { schema }) => {
    const { properties, required } = getFields(schema);
    expect(properties['action']).toEqual({ const: name });
    expect(properties['id']).toEqual(requestId);
    expect(required).toContain('action');
    expect(required).not.toContain('id');
  });

  it.each(requests)(
    'have no default in the request %s, since it would change its type',
    (_name, { schema }) => {
      expect([...walkSchemas(schema)].filter((inner) => 'default' in inner)).toEqual([]);
    },
  );

  it.each(eventSchemas)('require the type of the event %s', (name, { schema }) => {
    const { properties, required } = getFields(schema);
    expect(properties['type']).toEqual({ const: name });
    expect(required).toContain('type');
  });
});

describe('ackSchema', () => {
  it.each(results)(
    'accepts a result of %s with a type, an action and an optional id',
    (name, { examples }) => {
      const schema = ackSchema(name as Action);
      for (const example of examples) {
        const ack = { type: 'ack', action: name, ...(isObject(example) && example) };
        expect(findViolations(schema, ack)).toEqual([]);
        expect(findViolations(schema, { ...ack, id: 'a1' })).toEqual([]);
        expect(findViolations(schema, { ...ack, id: '' })).toHaveLength(1);
        expect(findViolations(schema, { ...ack, extra: 1 })).toHaveLength(1);
        expect(findViolations(schema, { ...ack, type: 'error' })).toHaveLength(1);
        expect(findViolations(schema, { ...ack, action: 'nope' })).toHaveLength(1);
        expect(findViolations(schema, example)).toHaveLength(2);
      }
    },
  );
});

describe('the generated validators', () => {
  it('cover the actions and the handshake', () => {
    expect(Object.keys(validators).sort()).toEqual([...actionNames, 'connect'].sort());
  });

  it.each(requests)('accept the examples of %s, and reject other fields', (name, { examples }) => {
    const validator = validators[name as Action];
    for (const example of examples) {
      expect(validator(example)).toBe(true);
      expect(validator({ ...(isObject(example) && example), extra: 1 })).toBe(false);
      expect(validator.errors).toMatchObject([{ keyword: 'additionalProperties' }]);
    }
  });

  it('accept the examples of the handshake with any other fields', () => {
    for (const example of connect.examples) {
      expect(validators.connect({ ...example, utm: 'x' })).toBe(true);
    }
  });
});
