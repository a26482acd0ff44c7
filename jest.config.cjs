module.exports = {
  projects: ['<rootDir>/packages/core', '<rootDir>/packages/nx-ml', '<rootDir>/packages/testing'],
};
