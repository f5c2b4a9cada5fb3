import { declared } from './current.ts';
import { commitOf, contractOf } from './from-git.ts';
import { report } from './report.ts';

/** What is compared with where nothing else is said: CI looks at what the last commit did. */
const previous = 'HEAD~1';

/** Compares with a revision, and returns the exit status: 2 where there is nothing to compare with. */
async function main(revision: string = previous): Promise<number> {
  const commit = commitOf(revision);
  if (commit === undefined) {
    console.log(`Nothing to compare the contract with: git knows no ${revision} here.`);
    // A first commit has none before it, and a shallow clone does not know it.
    return revision === previous ? 0 : 2;
  }
  try {
    const { text, failed } = report(await contractOf(commit), declared, revision);
    console.log(text);
    return failed ? 1 : 0;
  } catch (error) {
    console.log(`${revision} has no contract to compare with: ${Object(error).message}`);
    return 2;
  }
}

process.exitCode = await main(process.argv[2]);
