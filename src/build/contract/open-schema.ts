import { type Frame, type Schema, titleOf, writerOf } from './frames.ts';

/** A schema as its readers get it, and the inner ones that it refers to by their titles. */
export interface Published {
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
export function publish(frame: Frame, frames: readonly Frame[], place: string): Published {
  const definitions: Record<string, Schema> = {};
  const events = new Map(frames.filter(({ kind }) => kind === 'event').map((f) => [f.schema, f]));
  const convert = (schema: Schema): Schema =>
    withInner(typed(writerOf(frame) === 'server' ? opened(schema) : schema), named);
  const named = (schema: Schema): Schema => {
    const event = events.get(schema);
    const title = event ? titleOf(event) : schema.title;
    if (title === undefined) return convert(schema);
    definitions[title] = event ? headed(event, convert(schema)) : convert(schema);
    return { $ref: place + title };
  };
  const whole = frame.kind === 'error' ? withOpenCode(frame.schema) : frame.schema;
  return { schema: headed(frame, convert(whole)), definitions };
}

/** A frame's schema under its own name: an ack's may come with that of its result. */
const headed = (frame: Frame, { title: _, ...schema }: Schema): Schema => ({
  title: titleOf(frame),
  ...schema,
  description: frame.description,
});

/** Generators make a string of a constant only where it is said to be one. */
const typed = (schema: Schema): Schema =>
  typeof schema['const'] === 'string' ? { type: 'string', ...schema } : schema;

/** Without what would bind a later server: closed objects, and closed lists of types. */
function opened({ additionalProperties, ...schema }: Schema): Schema {
  const isMap = typeof additionalProperties === 'object';
  const types = schema.oneOf?.map(({ properties }) => properties?.['type']?.['const']);
  return {
    ...schema,
    ...(isMap && { additionalProperties }),
    ...(types && { oneOf: [...(schema.oneOf ?? []), laterThan(types)] }),
  };
}

/** Any event but these. */
const laterThan = (types: readonly unknown[]): Schema => ({
  title: 'LaterEvent',
  description: 'An event of a later server, which a client leaves alone.',
  type: 'object',
  required: ['type'],
  properties: { type: { type: 'string', description: 'another type', not: { enum: types } } },
});

/** With the known codes of errors as examples: there may be others later. */
function withOpenCode({ properties, ...schema }: Schema): Schema {
  const { enum: examples, ...code } = properties?.['code'] ?? {};
  return { ...schema, properties: { ...properties, code: { type: 'string', ...code, examples } } };
}

/** A schema with its direct inner schemas changed. */
function withInner(schema: Schema, change: (inner: Schema) => Schema): Schema {
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
