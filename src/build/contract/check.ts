import { currentContract } from './current.ts';
import { loadContract, resolveCommit } from './from-git.ts';
import { formatReport } from './report.ts';

/** The default revision, so that CI checks the last commit. */
const defaultRevision = 'HEAD~1';

/** Compares the contract with a revision. Returns the exit status: 2 if the comparison is not possible. */
async function main(revision: string = defaultRevision): Promise<number> {
  const commit = resolveCommit(revision);
  if (commit === undefined) {
    const advice = 'Give a commit of this repository, or fetch more of its history.';
    console.log(`Git does not know the revision ${revision}. ${advice}`);
    // The first commit has no predecessor, and a shallow clone does not contain it.
    return revision === defaultRevision ? 0 : 2;
  }
  try {
    const { text, failed } = formatReport(await loadContract(commit), currentContract, revision);
    console.log(text);
    return failed ? 1 : 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.log(`Revision ${revision} has no contract to compare with: ${reason}.`);
    return 2;
  }
}

process.exitCode = await main(process.argv[2]);
