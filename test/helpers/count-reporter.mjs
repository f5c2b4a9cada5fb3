/** Ends a run with one plain line of counts, which says the same in every terminal and log. */
export default class Counts {
  onRunComplete(_contexts, results) {
    // A file that could not even be run has no tests of its own to count.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    console.log(`${results.numPassedTests} passed, ${failed} failed`);
  }
}
