import type { Plugin } from 'esbuild';
import buildValidators from './validators.ts';

/** What every `sls` command bundles with: the validators are compiled anew before each bundle. */
const plugins: Plugin[] = [
  {
    name: 'validators',
    setup: ({ onStart }) => onStart(buildValidators),
  },
];

export default plugins;
