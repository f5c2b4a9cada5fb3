import { chmodSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import generate from '../generate.ts';

/** Writes the generated files before each bundle. */
const generatePlugin: Plugin = {
  name: 'generate',
  setup: ({ onStart }) => onStart(generate),
};

/**
 * Gets Node's own modules from `process` instead of importing them. An `import` reads every property of
 * a module to list its exports. One property of `node:http` is a getter that loads a second HTTP client.
 * The function does not use that client, and loading it would double the cold start.
 */
const builtinsPlugin: Plugin = {
  name: 'builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^[a-z]/ }, ({ path }) =>
      isBuiltin(path) ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
  },
};

/**
 * Gives each bundled file the mode that Lambda can read
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html). The zip keeps the
 * mode, so without this the artifact would depend on the umask of the operator.
 */
const fileModePlugin: Plugin = {
  name: 'file-mode',
  setup: ({ initialOptions: { outdir, write }, onEnd }) =>
    onEnd(({ errors }) => {
      if (outdir === undefined || write === false || errors.length > 0) return;
      const entries = readdirSync(outdir, { withFileTypes: true });
      for (const entry of entries) if (entry.isFile()) chmodSync(join(outdir, entry.name), 0o644);
    }),
};

/** The plugins of every bundle that `sls` makes. */
const plugins: Plugin[] = [generatePlugin, builtinsPlugin, fileModePlugin];

export default plugins;
