import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import plugins from '../bundle/esbuild-plugins.ts';
import { pageScriptOptions } from '../bundle/page.ts';
import { createSbom } from './cyclonedx.ts';

/** The part of a Serverless service that this plugin reads, after its variables are resolved. */
interface Serverless {
  readonly service: { readonly custom: { readonly esbuild: BundleOptions } };
}

/** The bundle options of `serverless.yml`: those of esbuild, and those of its plugin. */
export type BundleOptions = BuildOptions & {
  plugins: unknown;
  outputFileExtension: string;
  watch?: unknown;
};

/** The name of the bill in the folder of the package. */
const sbomFileName = 'kaiwa.cdx.json';

/** The folder in which `serverless-esbuild` bundles. */
const workFolder = '.esbuild';

/** Writes a bill of materials beside each package: its files, and the npm packages in them and in the page. */
export default class SbomPlugin {
  readonly hooks = {
    // serverless-esbuild packages the whole folder, with files that a killed local stack left behind.
    'before:package:initialize': () => rmSync(workFolder, { recursive: true, force: true }),
    'after:package:finalize': () => this.#write(),
  };
  readonly #serverless: Serverless;
  readonly #folder: string;

  constructor(serverless: Serverless, options: { readonly package?: string }) {
    this.#serverless = serverless;
    this.#folder = options.package ?? '.serverless';
  }

  async #write(): Promise<void> {
    const { metafile, outputFiles } = await bundleLambda(this.#serverless.service.custom.esbuild);
    const page = await build({
      ...pageScriptOptions,
      write: false,
      outdir: 'page',
      metafile: true,
    });
    const files = Object.fromEntries(
      outputFiles.map((output) => [relative('.', output.path), output.contents]),
    );
    const sbom = createSbom([metafile, page.metafile], files);
    writeFileSync(join(this.#folder, sbomFileName), `${JSON.stringify(sbom, undefined, 2)}\n`);
  }
}

/** Bundles the function in memory, since `serverless-esbuild` does not report the inputs of its bundle. */
export function bundleLambda({
  plugins: _,
  outputFileExtension,
  watch: __,
  ...options
}: BundleOptions) {
  return build({
    ...options,
    plugins,
    entryPoints: ['src/server/lambda.ts'],
    outdir: 'src/server',
    outExtension: { '.js': outputFileExtension },
    write: false,
    metafile: true,
  });
}
