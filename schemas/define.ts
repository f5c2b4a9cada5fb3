import type { FromSchema, JSONSchema } from 'json-schema-to-ts';
import type { Access, ActionContract, Contract } from './types.ts';

/** Makes a contract of a schema. The examples must be of its type, or the compiler refuses them. */
export function contract<const S extends JSONSchema, T = FromSchema<S>>(
  schema: S,
  examples: readonly NoInfer<T>[],
): Contract<T, S> {
  return { schema, examples };
}

/** Declares an action, keeping the types of its contracts. */
export function action<Request, Result, A extends Access>(
  definition: ActionContract<Request, Result, A>,
): ActionContract<Request, Result, A> {
  return definition;
}
