module.exports = { ...require('../../jest.preset.cjs'), displayName: 'nx-ml', rootDir: __dirname };
