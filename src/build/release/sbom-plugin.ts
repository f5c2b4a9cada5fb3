import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import plugins from '../bundle/esbuild-plugins.ts';
import { pageScriptOptions } from '../bundle/page.ts';
import { createSbom } from './cyclonedx.ts';

/** What this plugin reads of a Serverless service, its variables resolved. */
interface Serverless {
  readonly service: { readonly custom: { readonly esbuild: BundleOptions } };
}

/** What `serverless.yml` tells of the bundling, with what is its plugin's own. */
export type BundleOptions = BuildOptions & {
  plugins: unknown;
  outputFileExtension: string;
  watch?: unknown;
};

/** The bill's name, in the folder of the package. */
const sbomFileName = 'kaiwa.cdx.json';

/** Where `serverless-esbuild` bundles. */
const workFolder = '.esbuild';

/**
 * Writes beside each package what is in it: the files of the artifact, and the packages of npm of which
 * anything is in these, the page's included.
 */
export default class SbomPlugin {
  readonly hooks = {
    // All that is there is packaged, also what a local stack that was killed has left.
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

/** Bundles in memory what is packaged: the plugin that packages it does not tell of what it was made. */
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
