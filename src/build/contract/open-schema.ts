import { type FrameSpec, getFrameTitle, getSender, type Schema } from './frames.ts';

/** A schema as it is published, with the inner schemas that it refers to by title. */
export interface PublicSchema {
  readonly schema: Schema;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/**
 * Returns a frame's schema as it is published. Each event becomes a definition of its own, and so
 * does each inner object with a title. Generated code then has a class of that name.
 *
 * A client ignores unknown fields, event types and error codes. Schemas of frames from the server are
 * therefore published open. A validator that is generated from them accepts the frames of a later server
 * of the same protocol version.
 *
 * @param refPrefix The path of the definitions in the document.
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

/** Titles a schema with the name of its frame. The schema of an ack may have the title of its result. */
const withTitle = (frame: FrameSpec, { title: _, ...schema }: Schema): Schema => ({
  title: getFrameTitle(frame),
  ...schema,
  description: frame.description,
});

/** Adds the type of a string constant, since code generators do not infer it. */
const withConstType = (schema: Schema): Schema =>
  typeof schema['const'] === 'string' ? { type: 'string', ...schema } : schema;

/** Opens closed objects and closed lists of event types, so that a later server may extend them. */
function openForExtension({ additionalProperties, ...schema }: Schema): Schema {
  const isMap = typeof additionalProperties === 'object';
  const types = schema.oneOf?.map(({ properties }) => properties?.['type']?.['const']);
  return {
    ...schema,
    ...(isMap && { additionalProperties }),
    ...(types && { oneOf: [...(schema.oneOf ?? []), unknownEvent(types)] }),
  };
}

/** Returns the schema of every event of another type than these. */
const unknownEvent = (types: readonly unknown[]): Schema => ({
  title: 'UnknownEvent',
  description: 'An event of a later server. Clients ignore it.',
  type: 'object',
  required: ['type'],
  properties: {
    type: { type: 'string', description: 'Another event type.', not: { enum: types } },
  },
});

/** Turns the list of error codes into examples, since a later server may have more codes. */
function openErrorCode({ properties, ...schema }: Schema): Schema {
  const { enum: examples, ...code } = properties?.['code'] ?? {};
  return { ...schema, properties: { ...properties, code: { type: 'string', ...code, examples } } };
}

/** Returns a schema with each of its direct inner schemas changed. */
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
