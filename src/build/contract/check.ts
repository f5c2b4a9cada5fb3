import { currentContract } from './current.ts';
import { loadContract, resolveCommit } from './from-git.ts';
import { formatReport } from './report.ts';

/** What is compared with where nothing else is said: CI looks at what the last commit did. */
const defaultRevision = 'HEAD~1';

/** Compares with a revision, and returns the exit status: 2 where there is nothing to compare with. */
async function main(revision: string = defaultRevision): Promise<number> {
  const commit = resolveCommit(revision);
  if (commit === undefined) {
    console.log(`Nothing to compare the contract with: git knows no ${revision} here.`);
    // A first commit has none before it, and a shallow clone does not know it.
    return revision === defaultRevision ? 0 : 2;
  }
  try {
    const { text, failed } = formatReport(await loadContract(commit), currentContract, revision);
    console.log(text);
    return failed ? 1 : 0;
  } catch (error) {
    console.log(`${revision} has no contract to compare with: ${Object(error).message}`);
    return 2;
  }
}

process.exitCode = await main(process.argv[2]);
