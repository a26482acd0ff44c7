module.exports = {
  ...require('../../jest.preset.cjs'),
  displayName: 'server',
  rootDir: __dirname,
  testEnvironment: './src/gateway/host/testing/native-arrays-environment.cjs',
};
