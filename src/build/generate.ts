import { buildPage } from './bundle/page.ts';
import { writeContract } from './contract/write.ts';
import { buildValidators } from './validators.ts';

/**
 * Writes all that the sources import and no source holds: the validators, the documents of the
 * contract, the page. esbuild (and through it every `sls` command), jest and the type check all call
 * this before they read it. What is right is left as it is.
 */
export default function generate(): void {
  buildValidators();
  writeContract();
  buildPage();
}

if (import.meta.main) generate();
