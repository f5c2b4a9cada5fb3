import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { connect } from '../../schemas/connect.ts';
import { actions } from '../../schemas/index.ts';
import { writeIfChanged } from './write-if-changed.ts';

const target = resolve('src/generated/validators.cjs');

const declaration = `import type { Action } from '../../schemas/index.ts';

/** A rule that a value breaks. */
export interface Violation {
  instancePath: string;
  keyword: string;
  message?: string;
  params: Record<string, unknown>;
}

/** Returns whether a value satisfies a schema. \`errors\` has the violations until the next call. */
export interface Validator {
  (value: unknown): boolean;
  errors?: Violation[] | null;
}

declare const validators: Record<Action | 'connect', Validator>;
export default validators;
`;

/**
 * Compiles the validators of all requests and of the handshake into `src/generated`. Compiling ahead of
 * time keeps the schema compiler out of the Lambda.
 */
export function buildValidators(): void {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    // A schema with `not: { required: […] }` defines those properties outside of `not`.
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
