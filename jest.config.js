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
  // Jest runs CommonJS, and these packages are published only as ESM.
  transformIgnorePatterns: ['/node_modules/(?!@middy/|jose/)', '\\.cjs$'],
  moduleNameMapper: { '^(@middy/[^/]+)$': '<rootDir>/node_modules/$1/index.js' },
  modulePathIgnorePatterns: ['<rootDir>/\\.(esbuild|serverless|kaiwa|tsbuild)/'],
  globalSetup: '<rootDir>/src/build/generate.ts',
  testSequencer: '<rootDir>/test/helpers/test-sequencer.mjs',
  reporters: ['default', '<rootDir>/test/helpers/count-reporter.mjs'],
  // `npm test` measures coverage. A run of some tests does not, since it cannot reach the thresholds.
  // Chromium runs the state and the components of the page, and Jest cannot measure them there.
  collectCoverageFrom: ['src/**/*.ts', 'schemas/**/*.ts', '!src/web/{components,state}/**'],
  coverageReporters: ['text'],
  coverageThreshold: { global: { statements: 92, branches: 90, functions: 90, lines: 92 } },
};
