import { type FrameSpec, getFrameTitle, getSender, type Schema } from './frames.ts';

/** A schema as its readers get it, and the inner ones that it refers to by their titles. */
export interface PublicSchema {
  readonly schema: Schema;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/**
 * A frame's schema as its readers get it. Each inner object that bears a title, or is an event, is
 * put out by its name, so that generated code calls it so; `place` is where it will stand.
 *
 * A client leaves alone what it does not know. So what the server writes is published open: for
 * fields, types of events and codes of errors to come. A validator made of it takes what a later
 * server of the same version of the wire says.
 */
export function toPublicSchema(
  frame: FrameSpec,
  frames: readonly FrameSpec[],
  refPrefix: string,
): PublicSchema {
  const definitions: Record<string, Schema> = {};
  const events = new Map(frames.filter(({ kind }) => kind === 'event').map((f) => [f.schema, f]));
  const convert = (schema: Schema): Schema =>
    mapInnerSchemas(
      withConstType(getSender(frame) === 'server' ? openForExtension(schema) : schema),
      toReference,
    );
  const toReference = (schema: Schema): Schema => {
    const event = events.get(schema);
    const title = event ? getFrameTitle(event) : schema.title;
    if (title === undefined) return convert(schema);
    definitions[title] = event ? withTitle(event, convert(schema)) : convert(schema);
    return { $ref: refPrefix + title };
  };
  const root = frame.kind === 'error' ? openErrorCode(frame.schema) : frame.schema;
  return { schema: withTitle(frame, convert(root)), definitions };
}

/** A frame's schema under its own name: an ack's may come with that of its result. */
const withTitle = (frame: FrameSpec, { title: _, ...schema }: Schema): Schema => ({
  title: getFrameTitle(frame),
  ...schema,
  description: frame.description,
});

/** Generators make a string of a constant only where it is said to be one. */
const withConstType = (schema: Schema): Schema =>
  typeof schema['const'] === 'string' ? { type: 'string', ...schema } : schema;

/** Without what would bind a later server: closed objects, and closed lists of types. */
function openForExtension({ additionalProperties, ...schema }: Schema): Schema {
  const isMap = typeof additionalProperties === 'object';
  const types = schema.oneOf?.map(({ properties }) => properties?.['type']?.['const']);
  return {
    ...schema,
    ...(isMap && { additionalProperties }),
    ...(types && { oneOf: [...(schema.oneOf ?? []), unknownEvent(types)] }),
  };
}

/** Any event but these. */
const unknownEvent = (types: readonly unknown[]): Schema => ({
  title: 'UnknownEvent',
  description: 'An event of a later server, which a client leaves alone.',
  type: 'object',
  required: ['type'],
  properties: { type: { type: 'string', description: 'another type', not: { enum: types } } },
});

/** With the known codes of errors as examples: there may be others later. */
function openErrorCode({ properties, ...schema }: Schema): Schema {
  const { enum: examples, ...code } = properties?.['code'] ?? {};
  return { ...schema, properties: { ...properties, code: { type: 'string', ...code, examples } } };
}

/** A schema with its direct inner schemas changed. */
function mapInnerSchemas(schema: Schema, change: (inner: Schema) => Schema): Schema {
  const { properties, items, additionalProperties, oneOf } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, inner]) => [name, change(inner)]),
      ),
    }),
    ...(items && { items: change(items) }),
    ...(typeof additionalProperties === 'object' && {
      additionalProperties: change(additionalProperties),
    }),
    ...(oneOf && { oneOf: oneOf.map(change) }),
  };
}
