import { chmodSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import generate from '../generate.ts';

/** Generates anew before each bundle what it needs. */
const generatePlugin: Plugin = {
  name: 'generated',
  setup: ({ onStart }) => onStart(generate),
};

/**
 * Asks Node for its own modules instead of importing them. An `import` reads every property of such a
 * module to know its exports, and one of `node:http` is a getter that loads a whole second HTTP client:
 * that would double the cold start, and nothing here uses it.
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
 * Gives what is written the one mode that Lambda can read
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html), whatever the umask of
 * who packages: the zip has it too, and is the same for everybody.
 */
const fileModePlugin: Plugin = {
  name: 'readable',
  setup: ({ initialOptions: { outdir, write }, onEnd }) =>
    onEnd(({ errors }) => {
      if (outdir === undefined || write === false || errors.length > 0) return;
      const entries = readdirSync(outdir, { withFileTypes: true });
      for (const entry of entries) if (entry.isFile()) chmodSync(join(outdir, entry.name), 0o644);
    }),
};

/** What every `sls` command bundles with. */
const plugins: Plugin[] = [generatePlugin, builtinsPlugin, fileModePlugin];

export default plugins;
