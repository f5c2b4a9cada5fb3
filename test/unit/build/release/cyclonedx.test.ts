import { readFileSync } from 'node:fs';
import { type BuildResult, build } from 'esbuild';
import { createSbom } from '../../../../src/build/release/cyclonedx.ts';
import { findSbomErrors } from '../../../helpers/cyclonedx.ts';

const file = 'bundle.mjs';

/** Bundles code as the Lambda is bundled, and creates its bill of materials. */
async function createTestSbom(contents: string): Promise<Sbom> {
  const options = {
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    metafile: true,
  } as const;
  const stdin = { contents, resolveDir: process.cwd() };
  const { metafile, outputFiles }: BuildResult<typeof options> = await build({ ...options, stdin });
  const [output] = outputFiles;
  return JSON.parse(
    JSON.stringify(createSbom([metafile], { [file]: output?.contents ?? new Uint8Array() })),
  );
}

interface Sbom {
  readonly bomFormat: string;
  readonly components: readonly Readonly<Record<string, unknown>>[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: string[] }[];
}

describe('createSbom', () => {
  it('satisfies the CycloneDX 1.6 schema', async () => {
    const sbom = await createTestSbom(
      "export { jwtVerify } from 'jose'; export { h } from 'preact';",
    );
    expect(sbom.components).toHaveLength(3);
    expect(findSbomErrors(sbom)).toEqual([]);
  });

  it('lists a package with its installed version and the packages that it depends on', async () => {
    const sbom = await createTestSbom("export * as middy from '@middy/http-json-body-parser';");
    const installed = readFileSync(
      'node_modules/@middy/http-json-body-parser/package.json',
      'utf8',
    );
    const path = 'node_modules/@middy/http-json-body-parser';
    expect(sbom.components).toContainEqual(
      expect.objectContaining({
        'bom-ref': path,
        group: '@middy',
        name: 'http-json-body-parser',
        version: JSON.parse(installed).version,
      }),
    );
    expect(sbom.dependencies).toContainEqual({
      ref: path,
      dependsOn: ['node_modules/@middy/util'],
    });
  });

  it('omits a package that the bundle imports but does not use', async () => {
    const sbom = await createTestSbom(
      "import { jwtVerify } from 'jose'; export const nothing = 0;",
    );
    expect(sbom.components.map(({ name }) => name)).toEqual([file]);
  });

  it('creates a bill that the schema would reject without its format', async () => {
    const { bomFormat: _, ...sbom } = await createTestSbom('export const nothing = 0;');
    expect(findSbomErrors(sbom)).toEqual([" must have required property 'bomFormat'"]);
  });
});
