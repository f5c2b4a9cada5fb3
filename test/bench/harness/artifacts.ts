import { join, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import plugins from '../../../src/build/bundle/esbuild-plugins.ts';
import { service } from '../../helpers/serverless.ts';

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
const usual: BuildOptions = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
};

const controls = resolve('test/bench/controls');

/** Puts the control in the router's place. */
const withoutMiddleware: Plugin = {
  name: 'without middleware',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/router\.ts$/ }, () => ({ path: join(controls, 'bare.ts') })),
};

/** Bundles everything into a folder: ours with the very options that `serverless.yml` has. */
export async function bundle(folder: string): Promise<Artifacts> {
  const { plugins: _, outputFileExtension, ...options } = service.custom.esbuild;
  const packaged = async (name: string, entry: string, further: readonly Plugin[] = []) => {
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
  const asUsual = async (name: string) => {
    const outfile = join(folder, `${name}.cjs`);
    await build({ ...usual, entryPoints: [join(controls, `${name}.ts`)], outfile });
    return outfile;
  };
  return {
    ours: await packaged('ours', 'src/server/lambda.ts'),
    bare: await packaged('bare', 'src/server/lambda.ts', [withoutMiddleware]),
    tutorial: await asUsual('tutorial'),
    runtime: await asUsual('runtime'),
    empty: await packaged('empty', join(controls, 'empty.ts')),
  };
}
