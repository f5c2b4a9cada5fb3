import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';
import generate from './generate.ts';

/** Generates anew before each bundle what it needs. */
const generated: Plugin = {
  name: 'generated',
  setup: ({ onStart }) => onStart(generate),
};

/**
 * Asks Node for its own modules instead of importing them. An `import` reads every property of such a
 * module to know its exports, and one of `node:http` is a getter that loads a whole second HTTP client:
 * that would double the cold start, and nothing here uses it.
 */
const builtins: Plugin = {
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

/** What every `sls` command bundles with. */
const plugins: Plugin[] = [generated, builtins];

export default plugins;
