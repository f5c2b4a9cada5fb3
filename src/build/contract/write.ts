import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeIfChanged } from '../write-if-changed.ts';
import { createAsyncApiDocument } from './asyncapi.ts';
import { currentContract } from './current.ts';
import { type FrameSpec, getFrameName, listFrames } from './frames.ts';
import { toPublicSchema } from './open-schema.ts';

/**
 * Returns the documents of the contract by file name: the AsyncAPI document, and one self-contained
 * JSON Schema for each frame. The schemas use draft 7. AsyncAPI accepts it, and validators in every
 * language support it.
 */
export function createContractFiles(version: string): Record<string, object> {
  const frames = listFrames(currentContract);
  const schemas = frames.map((frame) => [
    `${getFrameName(frame)}.json`,
    createSchemaFile(frame, frames),
  ]);
  return { ...Object.fromEntries(schemas), 'asyncapi.json': createAsyncApiDocument(version) };
}

function createSchemaFile(frame: FrameSpec, frames: readonly FrameSpec[]): object {
  const { schema, definitions } = toPublicSchema(frame, frames, '#/definitions/');
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `urn:${currentContract.subprotocol.replace('.', ':')}:${getFrameName(frame)}`,
    ...schema,
    examples: frame.examples,
    ...(Object.keys(definitions).length > 0 && { definitions }),
  };
}

/** Writes the documents to `dist/contract`, and removes documents that the contract no longer has. */
export function writeContract(): void {
  const folder = resolve('dist/contract');
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const files = createContractFiles(version);
  for (const [name, content] of Object.entries(files)) {
    writeIfChanged(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
  }
  const stale = readdirSync(folder).filter((name) => name.endsWith('.json') && !(name in files));
  for (const name of stale) rmSync(join(folder, name));
}

if (import.meta.main) writeContract();
