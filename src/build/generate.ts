import { buildPage } from './bundle/page.ts';
import { writeContract } from './contract/write.ts';
import { buildValidators } from './validators.ts';

/**
 * Writes the files that the sources import but git does not hold. They are the validators, the documents of
 * the contract, and the page. Every `sls` command, Jest and the type check call it first. A file that is up to
 * date stays untouched.
 */
export default function generate(): void {
  buildValidators();
  writeContract();
  buildPage();
}

if (import.meta.main) generate();
