/** @type {import('jest').Config} */
export default {
  // The scale model is a tool with tests of its own: `npm run test:scale`.
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testEnvironment: 'node',
  maxWorkers: '100%',
  testTimeout: 30_000,
  transform: {
    '\\.[cm]?[jt]sx?$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      },
    ],
  },
  // Jest runs CommonJS, and these packages are published as ESM alone.
  transformIgnorePatterns: ['/node_modules/(?!@middy/|jose/)', '\\.cjs$'],
  moduleNameMapper: { '^(@middy/[^/]+)$': '<rootDir>/node_modules/$1/index.js' },
  modulePathIgnorePatterns: ['<rootDir>/\\.(esbuild|serverless|kaiwa|tsbuild)/'],
  globalSetup: '<rootDir>/src/build/generate.ts',
  testSequencer: '<rootDir>/test/helpers/test-sequencer.mjs',
  reporters: ['default', '<rootDir>/test/helpers/count-reporter.mjs'],
  collectCoverage: true,
  collectCoverageFrom: ['src/**/*.ts', 'schemas/**/*.ts'],
  coverageReporters: ['text'],
};
