import { join, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import plugins from '../../../src/build/bundle/esbuild-plugins.ts';
import { serverlessConfig } from '../../helpers/serverless.ts';

/** What the measures run: files that a Lambda could be deployed with. */
export interface Artifacts {
  /** What `sls package` makes. */
  readonly ours: string;
  /** The same without middy and validation. */
  readonly bare: string;
  readonly tutorial: string;
  readonly runtime: string;
  readonly empty: string;
}

/** What esbuild does with a Lambda when it is told nothing more. */
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

/** Bundles everything into a folder: ours with the very options that `serverless.yml` has. */
export async function bundleArtifacts(folder: string): Promise<Artifacts> {
  const { plugins: _, outputFileExtension, ...options } = serverlessConfig.custom.esbuild;
  const bundlePackaged = async (name: string, entry: string, further: readonly Plugin[] = []) => {
    const outdir = join(folder, name);
    await build({
      ...options,
      plugins: [...plugins, ...further],
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
