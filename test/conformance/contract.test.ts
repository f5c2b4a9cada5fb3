import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'node:path';
import { Ajv } from 'ajv';
import { connect } from '../../schemas/connect.ts';
import { errorFrame, errors } from '../../schemas/errors.ts';
import { requestId } from '../../schemas/fields.ts';
import { type Action, ackSchema, actions, events, isAction } from '../../schemas/index.ts';
import type { TypedSchema } from '../../schemas/types.ts';
import validators from '../../src/generated/validators.cjs';
import { handlers } from '../../src/server/actions/index.ts';
import { serverlessConfig } from '../helpers/serverless.ts';

type Named = [name: string, contract: TypedSchema<unknown>];

const actionNames = (Object.keys(actions) as Action[]).sort();
const eventNames = Object.keys(events).sort();

const listActionSchemas = (part: 'request' | 'result') =>
  actionNames.map((name): Named => [name, actions[name][part]]);
const requests = listActionSchemas('request');
const results = listActionSchemas('result');
const pushed = Object.entries(events).map(([name, { event }]): Named => [name, event]);

const withKind = (kind: string, contracts: Named[]) =>
  contracts.map(([name, contract]): Named => [`${kind} ${name}`, contract]);
const frames: Named[] = [
  ...withKind('the request', requests),
  ...withKind('the result', results),
  ...withKind('the event', pushed),
  ['the error frame', errorFrame],
];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a module exports, by name. */
async function loadExports(folder: string, file: string): Promise<Record<string, unknown>> {
  return await import(`../../${folder}/${file}.ts`);
}

/** The names of a folder's files, without their endings. */
const listFiles = (folder: string) =>
  readdirSync(folder)
    .map((file) => parse(file).name)
    .sort();

/** Each export that declares a name of the wire: it has this member, and stands in that file. */
async function declarations(folder: string, member: string): Promise<[string, string, unknown][]> {
  const found: [string, string, unknown][] = [];
  for (const file of listFiles(folder)) {
    for (const [name, value] of Object.entries(await loadExports(folder, file))) {
      if (isObject(value) && member in value) found.push([file, name, value]);
    }
  }
  return found;
}

describe('the registries', () => {
  it('hold what the files of schemas/actions declare, each under its file’s name', async () => {
    const registered = actionNames.map((name) => [name, name, actions[name]]);
    expect(await declarations('schemas/actions', 'request')).toEqual(registered);
  });

  it('hold what the files of schemas/events declare, each under its file’s name', async () => {
    const registered = Object.entries(events).map(([name, event]) => [name, name, event]);
    expect(await declarations('schemas/events', 'event')).toEqual(registered.sort());
  });

  it.each(actionNames)('know the action %s', (name) => {
    expect(isAction(name)).toBe(true);
  });

  it.each(['__proto__', 'toString', 'constructor', '$connect', '$default', '', undefined, {}])(
    'know no action %p',
    (name) => {
      expect(isAction(name)).toBe(false);
    },
  );
});

describe('the routes', () => {
  it('are the actions', () => {
    expect(Object.keys(handlers).sort()).toEqual(actionNames);
  });

  it('are the files of src/server/actions, each exporting the function of its name', async () => {
    const others = new Set(['index', 'context', 'commit-event', 'amend-message']);
    const files = listFiles('src/server/actions').filter((file) => !others.has(file));
    expect(files).toEqual(actionNames);
    for (const name of actionNames) {
      expect((await loadExports('src/server/actions', name))[name]).toBe(handlers[name]);
    }
  });
});

describe('serverless.yml', () => {
  interface GatewayRoute {
    readonly route: string;
    readonly routeResponseSelectionExpression?: string;
  }
  const gatewayRoutes = Object.values(serverlessConfig.functions)
    .flatMap((definition) => definition.events)
    .flatMap(({ websocket }): GatewayRoute[] => {
      if (websocket === undefined) return [];
      return [typeof websocket === 'string' ? { route: websocket } : websocket];
    });

  it('gives the gateway a route for every action and for nothing else but the lifecycle', () => {
    const names = gatewayRoutes.map(({ route }) => route).sort();
    expect(names).toEqual(['$connect', '$default', '$disconnect', ...actionNames]);
  });

  it.each(['$default', ...actionNames])('sends the answer of %s back on the socket', (name) => {
    const found = gatewayRoutes.find(({ route }) => route === name);
    expect(found?.routeResponseSelectionExpression).toBe('$default');
  });
});

describe('schemas/README.md', () => {
  /** What stands under a heading of the second level. */
  const section = (title: string) =>
    readFileSync('schemas/README.md', 'utf8')
      .split(/^## /m)
      .filter((part) => part.startsWith(`${title}\n`))
      .join('');
  const headings = (title: string) =>
    [...section(title).matchAll(/^### `([^`]*)`/gm)].map(([, name]) => name).sort();

  it('has a section for every action and for nothing else', () => {
    expect(headings('Actions')).toEqual(actionNames);
  });

  it('has a section for every event and for nothing else', () => {
    expect(headings('Events')).toEqual(eventNames);
  });

  it('tells the table of errors as it stands', () => {
    const rows = section('Errors')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .map(([, code, when, retryable]) => [code, when, retryable]);
    const table = Object.entries(errors).map(([code, { description, retryable }]) => [
      `\`${code}\``,
      description,
      retryable ? 'yes' : 'no',
    ]);
    expect(rows.sort()).toEqual(table.sort());
  });
});

// `not: { required: […] }` names properties that are defined beside it.
const ajv = new Ajv({ strict: true, strictRequired: false, allErrors: true });

/** What a schema finds wrong with a value. */
function violations(schema: unknown, value: unknown) {
  const validate = ajv.compile(schema as object);
  validate(value);
  return validate.errors ?? [];
}

/** The properties and the required names of a frame's schema. */
function shape(schema: unknown): { properties: Record<string, unknown>; required: string[] } {
  return { properties: {}, required: [], ...Object(schema) };
}

/** Keywords under which values stand, and those under which schemas stand by names of their own. */
const holdValues = new Set(['const', 'enum', 'default', 'examples']);
const holdNames = new Set(['properties', 'patternProperties', '$defs']);

/** A schema and every schema inside it. */
function* walkSchemas(value: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) for (const entry of value) yield* walkSchemas(entry);
  if (!isObject(value)) return;
  yield value;
  for (const [keyword, inner] of Object.entries(value)) {
    if (holdValues.has(keyword)) continue;
    yield* walkSchemas(holdNames.has(keyword) ? Object.values(Object(inner)) : inner);
  }
}

/** Whether fields can pass unseen: in a map, where no field has a name, both sides have a schema. */
function isOpen({
  type,
  properties,
  propertyNames,
  additionalProperties,
}: Record<string, unknown>) {
  if (![type].flat().includes('object') || additionalProperties === false) return false;
  return properties !== undefined || !isObject(propertyNames) || !isObject(additionalProperties);
}

describe('the contracts', () => {
  it.each([...frames, ['the connect', connect] satisfies Named])(
    '%s has examples, all of them valid',
    (_name, { schema, examples }) => {
      expect(examples).not.toEqual([]);
      expect(examples.flatMap((example) => violations(schema, example))).toEqual([]);
    },
  );

  it.each(frames)('%s lets no unnamed field through, however deep', (_name, { schema }) => {
    expect([...walkSchemas(schema)].filter(isOpen)).toEqual([]);
  });

  it.each(requests)('the request %s names its action, and may have an id', (name, { schema }) => {
    const { properties, required } = shape(schema);
    expect(properties['action']).toEqual({ const: name });
    expect(properties['id']).toEqual(requestId);
    expect(required).toContain('action');
    expect(required).not.toContain('id');
  });

  it.each(requests)(
    'the request %s has no default, which would change its type',
    (_name, { schema }) => {
      expect([...walkSchemas(schema)].filter((inner) => 'default' in inner)).toEqual([]);
    },
  );

  it.each(pushed)('the event %s names its type', (name, { schema }) => {
    const { properties, required } = shape(schema);
    expect(properties['type']).toEqual({ const: name });
    expect(required).toContain('type');
  });
});

describe('the acks', () => {
  it.each(results)(
    'of %s are its results with type, action and perhaps id',
    (name, { examples }) => {
      const schema = ackSchema(name as Action);
      for (const example of examples) {
        const ack = { type: 'ack', action: name, ...Object(example) };
        expect(violations(schema, ack)).toEqual([]);
        expect(violations(schema, { ...ack, id: 'a1' })).toEqual([]);
        expect(violations(schema, { ...ack, id: '' })).toHaveLength(1);
        expect(violations(schema, { ...ack, extra: 1 })).toHaveLength(1);
        expect(violations(schema, { ...ack, type: 'error' })).toHaveLength(1);
        expect(violations(schema, { ...ack, action: 'nope' })).toHaveLength(1);
        expect(violations(schema, example)).toHaveLength(2);
      }
    },
  );
});

describe('the generated validators', () => {
  it('are those of the actions and of the connect', () => {
    expect(Object.keys(validators).sort()).toEqual([...actionNames, 'connect'].sort());
  });

  it.each(requests)('take the examples of %s, and no field beside', (name, { examples }) => {
    const validator = validators[name as Action];
    for (const example of examples) {
      expect(validator(example)).toBe(true);
      expect(validator({ ...Object(example), extra: 1 })).toBe(false);
      expect(validator.errors).toMatchObject([{ keyword: 'additionalProperties' }]);
    }
  });

  it('take the examples of the connect, whatever stands beside', () => {
    for (const example of connect.examples) {
      expect(validators.connect({ ...example, utm: 'x' })).toBe(true);
    }
  });
});
