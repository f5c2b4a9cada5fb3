import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { connect } from '../../schemas/connect.ts';
import { actions } from '../../schemas/index.ts';
import { writeIfChanged } from './write-if-changed.ts';

const target = resolve('src/generated/validators.cjs');

const declaration = `import type { Action } from '../../schemas/index.ts';

/** What is wrong with a value, one entry a broken rule. */
export interface Violation {
  instancePath: string;
  keyword: string;
  message?: string;
  params: Record<string, unknown>;
}

/** Tells whether a value keeps a schema; what breaks it stands in \`errors\` until the next call. */
export interface Validator {
  (value: unknown): boolean;
  errors?: Violation[] | null;
}

declare const validators: Record<Action | 'connect', Validator>;
export default validators;
`;

/**
 * Compiles the validators of everything a client can send to `src/generated`, ahead of time, so
 * that no schema compiler is in the Lambda.
 */
export function buildValidators(): void {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    // `not: { required: […] }` names properties that are defined beside it.
    strictRequired: false,
    code: { source: true, optimize: 2 },
  });
  const names: Record<string, string> = { connect: 'connect' };
  ajv.addSchema(connect.schema as object, 'connect');
  for (const [name, { request }] of Object.entries(actions)) {
    ajv.addSchema(request.schema as object, name);
    names[name] = name;
  }
  writeIfChanged(target, standalone(ajv, names));
  writeIfChanged(target.replace(/cjs$/, 'd.cts'), declaration);
}
