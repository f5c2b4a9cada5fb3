import { type Action, actions, events } from '../../schemas/index.ts';
import type { TypedSchema } from '../../schemas/types.ts';

/** A schema of the contract, with the name of its action or event. */
export type NamedSchema = [name: string, contract: TypedSchema<unknown>];

export const actionNames = (Object.keys(actions) as Action[]).sort();
export const eventNames = Object.keys(events).sort();

const listActionSchemas = (part: 'request' | 'result') =>
  actionNames.map((name): NamedSchema => [name, actions[name][part]]);

export const requests = listActionSchemas('request');
export const results = listActionSchemas('result');
export const eventSchemas = Object.entries(events).map(
  ([name, { event }]): NamedSchema => [name, event],
);

/** Narrows a value to an object that is not an array. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
