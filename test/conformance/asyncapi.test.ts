import { Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import { errors } from '../../schemas/errors.ts';
import { actions, events } from '../../schemas/index.ts';
import { createAsyncApiDocument } from '../../src/build/contract/asyncapi.ts';
import { currentContract } from '../../src/build/contract/current.ts';
import { type FrameSpec, getFrameTitle, listFrames } from '../../src/build/contract/frames.ts';
import { isRecord } from '../../src/server/lib/is-record.ts';

/** A JSON object. */
type Json = Readonly<Record<string, unknown>>;

/** Returns the value at a path through JSON, or undefined if the path does not exist. */
const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);

/** Returns the object at a path through JSON. */
function objectAt(value: unknown, ...path: string[]): Json {
  const found = at(value, ...path);
  if (!isRecord(found)) throw new Error(`There is no object at ${path.join('/')}.`);
  return found;
}

const frames = listFrames(currentContract);
const named = frames.map((frame): [string, FrameSpec] => [getFrameTitle(frame), frame]);
const messages = named.filter(([, { kind }]) => kind !== 'query');
const capitalize = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const channelMessage = (title: string) => ({ $ref: `#/channels/chat/messages/${title}` });

const document = createAsyncApiDocument('1.2.3');

/** Compiles the schemas of the AsyncAPI document. `int64` is a format of AsyncAPI. */
const ajv = new Ajv({ strict: true, strictRequired: false, formats: { int64: true } });
ajv.addVocabulary(['components']);
ajv.addSchema({ $id: 'asyncapi', components: at(document, 'components') });
const isValid = (title: string, value: unknown) =>
  ajv.validate({ $ref: `asyncapi#/components/schemas/${title}` }, value);

/** Yields the fields of a schema at every depth, each with its path. */
function* fieldsIn(schema: unknown, path: string): Generator<[string, Json]> {
  const properties = at(schema, 'properties') ?? {};
  for (const [name, field] of Object.entries(properties)) {
    yield [`${path}.${name}`, field];
    yield* fieldsIn(field, `${path}.${name}`);
  }
  const items = at(schema, 'items');
  if (items !== undefined) yield* fieldsIn(items, `${path}[]`);
}

describe('createAsyncApiDocument', () => {
  it('passes the official parser, which only mentions a later version of the specification', async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(JSON.stringify(document));
    expect(diagnostics.map(({ code }) => code)).toEqual(['asyncapi-latest-version']);
    expect(parsed?.version()).toBe('3.0.0');
    expect(parsed?.operations().all()).toHaveLength(
      Object.keys(actions).length + Object.keys(events).length,
    );
  });

  it('creates the same JSON each time, with the given version', () => {
    expect(JSON.parse(JSON.stringify(document))).toStrictEqual(document);
    expect(createAsyncApiDocument('1.2.3')).toStrictEqual(document);
    expect(at(document, 'info', 'version')).toBe('1.2.3');
  });

  it('names the deployed server and the local one', () => {
    const servers = Object.values(objectAt(document, 'servers'));
    expect(servers.map((server) => at(server, 'protocol'))).toEqual(['wss', 'ws']);
    for (const server of servers) {
      const address = `${at(server, 'host')}${at(server, 'pathname') ?? ''}`;
      const variables = [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(objectAt(server, 'variables'))).toEqual(variables);
    }
  });

  it('describes the query parameters of the handshake', () => {
    const path = ['channels', 'chat', 'bindings', 'ws', 'query', 'properties'];
    expect(Object.keys(objectAt(document, ...path))).toEqual(
      Object.keys(objectAt(currentContract.connect, 'schema', 'properties')),
    );
  });

  it('has an operation for each action and each event, and no other', () => {
    expect(Object.keys(objectAt(document, 'operations')).sort()).toEqual(
      [
        ...Object.keys(actions).map((name) => `receive${capitalize(name)}Request`),
        ...Object.keys(events).map((name) => `send${capitalize(name)}Event`),
      ].sort(),
    );
  });

  it.each(Object.keys(actions))(
    'lets the server receive %s and reply with an ack or an error',
    (name) => {
      const operation = at(document, 'operations', `receive${capitalize(name)}Request`);
      expect(operation).toMatchObject({
        action: 'receive',
        messages: [channelMessage(`${capitalize(name)}Request`)],
        reply: {
          messages: [channelMessage(`${capitalize(name)}Ack`), channelMessage('ErrorFrame')],
        },
      });
    },
  );

  it.each(Object.keys(events))('lets the server send %s', (name) => {
    expect(at(document, 'operations', `send${capitalize(name)}Event`)).toMatchObject({
      action: 'send',
      messages: [channelMessage(`${capitalize(name)}Event`)],
    });
  });

  it.each(messages)('has valid examples for %s', (title, { examples }) => {
    const shown = at(document, 'components', 'messages', title, 'examples');
    expect([shown].flat().map((example) => at(example, 'payload'))).toEqual(examples);
    expect(examples).not.toEqual([]);
    for (const example of examples)
      expect([isValid(title, example), ajv.errors]).toEqual([true, null]);
  });

  it.each(messages)('correlates %s by its id unless it is an event', (title, { kind }) => {
    const message = at(document, 'components', 'messages', title);
    expect(at(message, 'correlationId') !== undefined).toBe(kind !== 'event');
  });

  it('has an example and a table row for each error code', () => {
    const error = at(document, 'components', 'messages', 'ErrorFrame');
    const shown = [at(error, 'examples')].flat().map((example) => at(example, 'payload'));
    expect(shown.map((payload) => at(payload, 'code')).sort()).toEqual(Object.keys(errors).sort());
    for (const payload of shown) {
      const code = String(at(payload, 'code'));
      const { description, retryable } = objectAt(errors, code);
      expect(payload).toMatchObject({ message: description, retryable });
      const row = `| \`${code}\` | ${description} | ${retryable ? 'yes' : 'no'} |`;
      expect(at(error, 'description')).toContain(row);
    }
  });

  it('marks integers above 32 bits as int64', () => {
    const text = JSON.stringify(document);
    expect(text).toContain('"maximum":999999999999,"format":"int64"');
    expect(text).not.toMatch(/"maximum":999999999999(?!,"format":"int64")/);
  });
});

describe('the component schemas', () => {
  const schemas = Object.entries(objectAt(document, 'components', 'schemas'));

  it.each(schemas)('give %s its name as the title, and a description', (title, schema) => {
    expect(schema).toMatchObject({ title, description: expect.stringMatching(/\S/) });
  });

  it.each(schemas)('describe each field of %s except constants', (title, schema) => {
    const silent = [...fieldsIn(schema, title)].filter(
      ([, field]) => !('description' in field || 'const' in field || '$ref' in field),
    );
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  it.each(schemas)('give each field of %s a type, constants included', (title, schema) => {
    const untyped = [...fieldsIn(schema, title)].filter(
      ([, field]) => !('type' in field || '$ref' in field),
    );
    expect(untyped.map(([path]) => path)).toEqual([]);
  });

  it.each(schemas)('have no unnamed object inside %s', (title, schema) => {
    const nameless = [...fieldsIn(schema, title)].filter(([, { properties }]) => properties);
    expect(nameless.map(([path]) => path)).toEqual([]);
  });
});
