import { Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import { errors } from '../../schemas/errors.ts';
import { actions, events } from '../../schemas/index.ts';
import { asyncapi } from '../../src/build/contract/asyncapi.ts';
import { currentContract } from '../../src/build/contract/current.ts';
import { type FrameSpec, getFrameTitle, listFrames } from '../../src/build/contract/frames.ts';

/** JSON, to be looked into. */
type Json = Readonly<Record<string, unknown>>;

/** What stands at the end of a way through JSON; undefined where the way ends before. */
const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce((inner: unknown, key) => Object(inner)[key], value);

const frames = listFrames(currentContract);
const named = frames.map((frame): [string, FrameSpec] => [getFrameTitle(frame), frame]);
const messages = named.filter(([, { kind }]) => kind !== 'query');
const capitalize = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const channelMessage = (title: string) => ({ $ref: `#/channels/chat/messages/${title}` });

const document = asyncapi('1.2.3');

/** Takes the schemas of the AsyncAPI document; `int64` is a format of its own. */
const ajv = new Ajv({ strict: true, strictRequired: false, formats: { int64: true } });
ajv.addVocabulary(['components']);
ajv.addSchema({ $id: 'asyncapi', components: at(document, 'components') });
const isValid = (title: string, value: unknown) =>
  ajv.validate({ $ref: `asyncapi#/components/schemas/${title}` }, value);

/** A schema and all that is inside, by the way that leads to it. */
function* fieldsIn(schema: unknown, path: string): Generator<[string, Json]> {
  for (const [name, field] of Object.entries(Object(at(schema, 'properties')))) {
    yield [`${path}.${name}`, Object(field)];
    yield* fieldsIn(field, `${path}.${name}`);
  }
  const items = at(schema, 'items');
  if (items !== undefined) yield* fieldsIn(items, `${path}[]`);
}

describe('the AsyncAPI document', () => {
  it('passes the official parser, which only names a later version of the specification', async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(JSON.stringify(document));
    expect(diagnostics.map(({ code }) => code)).toEqual(['asyncapi-latest-version']);
    expect(parsed?.version()).toBe('3.0.0');
    expect(parsed?.operations().all()).toHaveLength(
      Object.keys(actions).length + Object.keys(events).length,
    );
  });

  it('is JSON as it stands, the same each time, with the version that it was asked for', () => {
    expect(JSON.parse(JSON.stringify(document))).toStrictEqual(document);
    expect(asyncapi('1.2.3')).toStrictEqual(document);
    expect(at(document, 'info', 'version')).toBe('1.2.3');
  });

  it('names the deployed server and the local one', () => {
    const servers = Object.values(Object(at(document, 'servers')));
    expect(servers.map((server) => at(server, 'protocol'))).toEqual(['wss', 'ws']);
    for (const server of servers) {
      const address = `${at(server, 'host')}${at(server, 'pathname') ?? ''}`;
      const variables = [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(Object(at(server, 'variables')))).toEqual(variables);
    }
  });

  it('tells what a connect may say', () => {
    const query = at(document, 'channels', 'chat', 'bindings', 'ws', 'query');
    expect(Object.keys(Object(at(query, 'properties')))).toEqual(
      Object.keys(Object(at(currentContract.connect, 'schema', 'properties'))),
    );
  });

  it('has no operation but those of the actions and the events', () => {
    expect(Object.keys(Object(at(document, 'operations'))).sort()).toEqual(
      [
        ...Object.keys(actions).map((name) => `receive${capitalize(name)}Request`),
        ...Object.keys(events).map((name) => `send${capitalize(name)}Event`),
      ].sort(),
    );
  });

  it.each(Object.keys(actions))('lets the server receive %s and reply by ack or error', (name) => {
    const operation = at(document, 'operations', `receive${capitalize(name)}Request`);
    expect(operation).toMatchObject({
      action: 'receive',
      messages: [channelMessage(`${capitalize(name)}Request`)],
      reply: { messages: [channelMessage(`${capitalize(name)}Ack`), channelMessage('ErrorFrame')] },
    });
  });

  it.each(Object.keys(events))('lets the server send %s', (name) => {
    expect(at(document, 'operations', `send${capitalize(name)}Event`)).toMatchObject({
      action: 'send',
      messages: [channelMessage(`${capitalize(name)}Event`)],
    });
  });

  it.each(messages)('shows %s by examples that keep its schema', (title, { examples }) => {
    const shown = at(document, 'components', 'messages', title, 'examples');
    expect([shown].flat().map((example) => at(example, 'payload'))).toEqual(examples);
    expect(examples).not.toEqual([]);
    for (const example of examples)
      expect([isValid(title, example), ajv.errors]).toEqual([true, null]);
  });

  it.each(messages)('matches %s to its request by the id, or is an event', (title, { kind }) => {
    const message = at(document, 'components', 'messages', title);
    expect(at(message, 'correlationId') !== undefined).toBe(kind !== 'event');
  });

  it('shows each code of an error, and tells when it comes and whether to try again', () => {
    const error = at(document, 'components', 'messages', 'ErrorFrame');
    const shown = [at(error, 'examples')].flat().map((example) => at(example, 'payload'));
    expect(shown.map((payload) => at(payload, 'code')).sort()).toEqual(Object.keys(errors).sort());
    for (const payload of shown) {
      const code = String(at(payload, 'code'));
      const { description, retryable } = Object(at(errors, code));
      expect(payload).toMatchObject({ message: description, retryable });
      const row = `| \`${code}\` | ${description} | ${retryable ? 'yes' : 'no'} |`;
      expect(at(error, 'description')).toContain(row);
    }
  });

  it('calls no integer one of 32 bits that can be larger', () => {
    const text = JSON.stringify(document);
    expect(text).toContain('"maximum":999999999999,"format":"int64"');
    expect(text).not.toMatch(/"maximum":999999999999(?!,"format":"int64")/);
  });
});

describe('what generators make of it', () => {
  const schemas: [string, unknown][] = Object.entries(
    Object(at(document, 'components', 'schemas')),
  );

  it.each(schemas)('%s bears its name as its title, and a description', (title, schema) => {
    expect(schema).toMatchObject({ title, description: expect.stringMatching(/\S/) });
  });

  it.each(schemas)('%s describes each field but its constants', (title, schema) => {
    const silent = [...fieldsIn(schema, title)].filter(
      ([, field]) => !('description' in field || 'const' in field || '$ref' in field),
    );
    expect(silent.map(([path]) => path)).toEqual([]);
  });

  it.each(schemas)('%s says the type of each field, of constants too', (title, schema) => {
    const untyped = [...fieldsIn(schema, title)].filter(
      ([, field]) => !('type' in field || '$ref' in field),
    );
    expect(untyped.map(([path]) => path)).toEqual([]);
  });

  it.each(schemas)('%s has no object inside that has no name', (title, schema) => {
    const nameless = [...fieldsIn(schema, title)].filter(([, { properties }]) => properties);
    expect(nameless.map(([path]) => path)).toEqual([]);
  });
});
