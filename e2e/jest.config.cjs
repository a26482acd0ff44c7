module.exports = {
  ...require('../jest.preset.cjs'),
  displayName: 'e2e',
  rootDir: __dirname,
  globalSetup: '<rootDir>/src/prepare-once.ts',
  testSequencer: '<rootDir>/longest-first.cjs',
  testTimeout: 300_000,
};
