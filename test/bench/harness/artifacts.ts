import { join, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import plugins from '../../../src/build/bundle/esbuild-plugins.ts';
import { serverlessConfig } from '../../helpers/serverless.ts';

/** Files that a function could be deployed with. */
export interface Artifacts {
  /** The artifact of `sls package`. */
  readonly ours: string;
  /** The same, without middy and validation. */
  readonly bare: string;
  /** The algorithm of the tutorial. */
  readonly tutorial: string;
  /** The SDK clients, and schemas that are compiled at startup. */
  readonly runtime: string;
  readonly empty: string;
}

/** Usual options for a function. */
const defaultOptions: BuildOptions = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
};

const controls = resolve('test/bench/controls');

/** Puts the control in place of the handler. */
const withoutMiddleware: Plugin = {
  name: 'without middleware',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/handler\.ts$/ }, () => ({ path: join(controls, 'bare.ts') })),
};

/** Bundles all artifacts into a folder, Kaiwa's with the options of `serverless.yml`. */
export async function bundleArtifacts(folder: string): Promise<Artifacts> {
  const { plugins: _plugins, outputFileExtension, ...options } = serverlessConfig.custom.esbuild;
  const bundlePackaged = async (
    name: string,
    entry: string,
    morePlugins: readonly Plugin[] = [],
  ) => {
    const outdir = join(folder, name);
    await build({
      ...options,
      plugins: [...plugins, ...morePlugins],
      entryPoints: { [name]: entry },
      outdir,
      outExtension: { '.js': outputFileExtension },
    });
    return join(outdir, name + outputFileExtension);
  };
  const bundleDefault = async (name: string) => {
    const outfile = join(folder, `${name}.cjs`);
    await build({ ...defaultOptions, entryPoints: [join(controls, `${name}.ts`)], outfile });
    return outfile;
  };
  return {
    ours: await bundlePackaged('ours', 'src/server/lambda.ts'),
    bare: await bundlePackaged('bare', 'src/server/lambda.ts', [withoutMiddleware]),
    tutorial: await bundleDefault('tutorial'),
    runtime: await bundleDefault('runtime'),
    empty: await bundlePackaged('empty', join(controls, 'empty.ts')),
  };
}
