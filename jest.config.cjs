module.exports = {
  // Where several projects run, Jest takes it from here alone.
  testTimeout: require('./jest.preset.cjs').testTimeout,
  projects: [
    '<rootDir>/packages/core',
    '<rootDir>/packages/nx-ml',
    '<rootDir>/packages/server',
    '<rootDir>/packages/testing',
  ],
};
