/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/test'],
  // What takes longer is in jest.slow.config.js and jest.nightly.config.js.
  testRegex: '(?<!\\.(slow|nightly))\\.test\\.ts$',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  setupFiles: ['reflect-metadata'],
  setupFilesAfterEnv: ['<rootDir>/test/support/described-answers.ts'],
  reporters: ['default', '<rootDir>/test/support/plain-summary.js'],
  testTimeout: 60_000,
  maxWorkers: 2,
};
