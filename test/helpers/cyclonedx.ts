import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';

/** CycloneDX publishes its schemas in this package. They refer to each other by file name. */
const schemaFolder = 'node_modules/@cyclonedx/cyclonedx-library/res/schema';

const readSchema = (file: string) => JSON.parse(readFileSync(join(schemaFolder, file), 'utf8'));

/** Compiles CycloneDX's own schema of version 1.6. */
function compileSchema(): ValidateFunction {
  // The schemas describe their enums by keywords of their own, which strict mode rejects.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  for (const file of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json']) {
    ajv.addSchema(readSchema(file), `http://cyclonedx.org/schema/${file}`);
  }
  return ajv.compile(readSchema('bom-1.6.SNAPSHOT.schema.json'));
}

const validate = compileSchema();

/** Returns how a bill of materials breaks CycloneDX 1.6, one line for each error. */
export function findSbomErrors(sbom: unknown): string[] {
  validate(sbom);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
