const { default: TestSequencer } = require('@jest/test-sequencer');

/** What takes a minute or more on two processors; that the last suite of all is a short one lets both work to the end. */
const longest = [
  'matrix',
  'ci',
  'quickstart',
  'generated-models',
  'python',
  'cache-proxy',
  'import-dvc',
  'generators',
  'ci-one-machine',
  'questions',
  'cache-server-s3',
];

/** Jest begins with the largest files where it has no times of an earlier run, and the longest suite is a small file. */
module.exports = class LongestFirst extends TestSequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const index = longest.findIndex((name) => path.endsWith(`/${name}.spec.ts`));
      return index === -1 ? longest.length : index;
    };
    return super.sort([...tests]).sort((a, b) => rank(a) - rank(b));
  }
};
