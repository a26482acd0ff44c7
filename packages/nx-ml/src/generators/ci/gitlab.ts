import { cachePathsOf, installRequirements } from './github.js';
import type { CiFacts } from './facts.js';

/** What the templates of GitLab and Bitbucket, which are lists of commands, name beside the facts. */
export function gitlabValues(facts: CiFacts): Readonly<Record<string, unknown>> {
  return {
    cachePaths: cachePathsOf(facts),
    setUp: [
      ...facts.install,
      ...(facts.python === undefined ? [] : pythonLines()),
      ...(facts.hasToken ? [ownToken] : []),
    ],
    tags: (labels: string | undefined) => (labels === undefined ? '' : `[${labels.split(',').join(', ')}]`),
    usualTags: facts.runner === 'ubuntu-latest' ? undefined : facts.runner,
    kinds: [
      ...(facts.gpuRunner === undefined ? [] : [{ kind: 'gpu', labels: facts.gpuRunner }]),
      ...(facts.memoryRunner === undefined ? [] : [{ kind: 'memory', labels: facts.memoryRunner }]),
    ],
  };
}

/** Where the branch's token is a protected variable, a merge request has another. */
const ownToken = 'export NX_ML_TOKEN="${NX_ML_TOKEN:-${PULL_REQUEST_NX_ML_TOKEN:-}}"';

/** The image of Node has no Python; Debian keeps its own apart from what pip installs. */
function pythonLines(): readonly string[] {
  return [
    'apt-get update -qq && apt-get install -y -qq python3-venv',
    'python3 -m venv /opt/nx-ml-python && export PATH="/opt/nx-ml-python/bin:$PATH"',
    installRequirements,
  ];
}
