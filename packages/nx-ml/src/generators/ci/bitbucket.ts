import type { CiFacts } from './facts.js';
import { secretNamesOf } from './github.js';
import { pythonEnvironment, pythonLines } from './gitlab.js';

/** What the template of Bitbucket's pipelines names beside the facts. */
export function bitbucketValues(facts: CiFacts): Readonly<Record<string, unknown>> {
  const secretNames = secretNamesOf(facts);
  const environment = [...pythonEnvironment(facts), ...secretNames.map(ownSecret)];
  return {
    secretNames,
    // An after-script begins in a shell of its own, which knows nothing that the script exported.
    afterScript: (pushes: boolean) => [
      // Where Bitbucket looks for tests; git has no such folder.
      'if [ -e .nx-ml/report.xml ]; then mkdir -p test-results && cp .nx-ml/report.xml test-results/nx-ml.xml; fi',
      ...(pushes ? [...environment, `${facts.exec} nx-ml store push`] : []),
    ],
    setUp: [...facts.install, ...pythonLines(facts), ...secretNames.map(ownSecret)],
  };
}

/** Bitbucket keeps no variable of a repository from a pull request, so it never takes that of the branch. */
function ownSecret(name: string): string {
  return `if [ -n "\${BITBUCKET_PR_ID:-}" ]; then export ${name}="\${PULL_REQUEST_${name}:-}"; fi`;
}
