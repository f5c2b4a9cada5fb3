import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Access, ActionDefinition, TypedSchema } from './types.ts';

/** Makes a contract of a schema. The examples must be of its type, or the compiler refuses them. */
export function defineSchema<const S extends JSONSchema, T = FromSchema<S>>(
  schema: S,
  examples: readonly NoInfer<T>[],
): TypedSchema<T, S> {
  return { schema, examples };
}

/** Declares an action, keeping the types of its contracts. */
export function defineAction<Request, Result, A extends Access>(
  definition: ActionDefinition<Request, Result, A>,
): ActionDefinition<Request, Result, A> {
  return definition;
}
