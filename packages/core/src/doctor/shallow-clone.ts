/**
 * How a shallow clone gets what it lacks, to end a sentence. The branches are named, since a clone of one branch alone
 * does not get the others by --unshallow.
 */
export const shallowCloneMend = [
  'git fetch --unshallow origin "+refs/heads/*:refs/remotes/origin/*";',
  'in GitHub Actions, fetch-depth: 0 for actions/checkout.',
].join(' ');
