import config from '../../jest.config.js';

const { collectCoverageFrom, coverageThreshold, globalSetup, reporters, testSequencer, ...rest } =
  config;

/** Jest for one mutated file: it runs the tests in `MUTATION_TESTS`, and builds and reports nothing. */
export default {
  ...rest,
  rootDir: process.cwd(),
  // A mutant that makes a test wait fails it soon. A runner that times out costs more.
  testTimeout: 3_000,
  testMatch: (process.env.MUTATION_TESTS ?? '').split(',').map((file) => `<rootDir>/${file}`),
};
