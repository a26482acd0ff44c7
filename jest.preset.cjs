/** Shared by every package: TypeScript through swc, sources of sibling packages instead of their builds. */
module.exports = {
  testEnvironment: 'node',
  // Real git and real processes take seconds, on a busy machine a minute, and how fast they are is no test’s business.
  testTimeout: 180_000,
  testEnvironmentOptions: { customExportConditions: ['@nx-ml/source', 'node', 'require', 'default'] },
  testMatch: ['<rootDir>/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/out-tsc/'],
  modulePathIgnorePatterns: ['/dist/', '/out-tsc/'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs', ignoreDynamic: true },
        swcrc: false,
      },
    ],
  },
};
