import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Access, ActionDefinition, TypedSchema } from './types.ts';

/** Defines a schema with examples. The compiler rejects an example that is not of its type. */
export function defineSchema<const S extends JSONSchema, T = FromSchema<S>>(
  schema: S,
  examples: readonly NoInfer<T>[],
): TypedSchema<T, S> {
  return { schema, examples };
}

/** Defines an action. It keeps the types of its schemas. */
export function defineAction<Request, Result, A extends Access>(
  definition: ActionDefinition<Request, Result, A>,
): ActionDefinition<Request, Result, A> {
  return definition;
}
