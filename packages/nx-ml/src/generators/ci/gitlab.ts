import { cachePathsOf, installRequirements, secretNamesOf } from './github.js';
import type { CiFacts } from './facts.js';

/** What the template of GitLab names beside the facts. */
export function gitlabValues(facts: CiFacts): Readonly<Record<string, unknown>> {
  const secretNames = secretNamesOf(facts);
  return {
    cachePaths: cachePathsOf(facts),
    setUp: [...facts.install, ...pythonLines(facts), ...secretNames.map(ownSecret)],
    // An after_script begins in a shell of its own, which knows nothing that was exported before.
    environment: [...pythonEnvironment(facts), ...secretNames.map(ownSecret)],
    tags: (labels: string | undefined) => (labels === undefined ? '' : `[${labels.split(',').join(', ')}]`),
    usualTags: facts.runner === 'ubuntu-latest' ? undefined : facts.runner,
    kinds: [
      ...(facts.gpuRunner === undefined ? [] : [{ kind: 'gpu', labels: facts.gpuRunner }]),
      ...(facts.memoryRunner === undefined ? [] : [{ kind: 'memory', labels: facts.memoryRunner }]),
    ],
  };
}

/** Where that of the branch is a protected variable, a merge request has another. */
function ownSecret(name: string): string {
  return `export ${name}="\${${name}:-\${PULL_REQUEST_${name}:-}}"`;
}

/** The image of Node has no Python; Debian keeps its own apart from what pip installs. */
export function pythonLines(facts: CiFacts): readonly string[] {
  if (facts.python === undefined) return [];
  return [
    'apt-get update -qq && apt-get install -y -qq python3-venv',
    'python3 -m venv /opt/nx-ml-python',
    ...pythonEnvironment(facts),
    installRequirements,
  ];
}

/** What a shell is told of it. */
export function pythonEnvironment({ python }: CiFacts): readonly string[] {
  return python === undefined ? [] : ['export PATH="/opt/nx-ml-python/bin:$PATH"'];
}
