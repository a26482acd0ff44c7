import type { EnvironmentFacts } from './environments.js';
import type { CiFacts } from './facts.js';
import { indented } from './indented.js';

/**
 * Actions by the commit of a release, which nobody can move to another; all of them GitHub's own. The comment is what
 * tools that keep them up to date read.
 */
const actions = {
  checkout: 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
  node: 'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0',
  python: 'actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0',
  cacheRestore: 'actions/cache/restore@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5',
  upload: 'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0',
  download: 'actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1',
  cacheSave: 'actions/cache/save@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5',
} as const;

/** The pull request comes from another repository: it has no secrets, and what it brings is nobody's whom we know. */
const isFork =
  "(github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name != github.repository)";

/** What the template of the workflow names beside the facts. */
export function githubValues(facts: CiFacts): Readonly<Record<string, unknown>> {
  const secrets = secretsOf(facts);
  return {
    actions,
    installRequirements,
    isFork,
    idToken: facts.audience !== undefined,
    // What is deployed comes from the remote.
    idTokenOfRemote: facts.audience !== undefined && facts.remote === 'server',
    runsOn: facts.runner.includes(',') ? `[${facts.runner.split(',').join(', ')}]` : facts.runner,
    // A bucket does not tell who wrote what, so nothing that the branch believes may come from a pull request.
    mayPush: facts.remote === 'server' ? `!${isFork}` : "github.event_name == 'push'",
    cachePaths: cachePathsOf(facts),
    secrets: (spaces: number) => envLines(secrets, spaces),
    deploySecrets: (environment: EnvironmentFacts, spaces: number) =>
      envLines(deploySecretsOf(environment), spaces),
    jobOf,
    steps: () => `      ${indented([...setUp(facts), ...restore(facts)].join('\n'), 6)}`,
    // Who tells what others found out needs neither what they cached nor what their models are made with.
    reportSteps: () => `      ${indented(setUp({ ...facts, python: undefined }).join('\n'), 6)}`,
  };
}

/** Where there is a remote, models come from there; a copy of them in the cache would be slower. */
export function cachePathsOf({ remote }: CiFacts): readonly string[] {
  return remote === 'none' ? ['.nx', '.nx-ml/store'] : ['.nx'];
}

/**
 * Pull requests have keys of their own. Where those of the branch are not set, what there is for pull requests stands in, never the
 * other way round.
 */
function secretsOf(facts: CiFacts): readonly string[] {
  return secretNamesOf(facts).map(
    (name) =>
      `${name}: \${{ github.event_name != 'pull_request' && secrets.${name} || secrets.PULL_REQUEST_${name} }}`,
  );
}

function envLines(lines: readonly string[], spaces: number): string {
  return lines.map((line) => `\n${' '.repeat(spaces)}${line}`).join('');
}

/** An address need not be a secret. Both may belong to the environment alone. */
function deploySecretsOf({ variables, hasCluster }: EnvironmentFacts): readonly string[] {
  return [
    ...variables.map((name) => `${name}: \${{ secrets.${name} || vars.${name} }}`),
    ...(hasCluster ? ['KUBE_CONFIG: ${{ secrets.KUBE_CONFIG }}'] : []),
  ];
}

/** An environment in the name of a job: GitHub takes letters, digits, - and _ there. */
function jobOf({ name }: EnvironmentFacts): string {
  return `deploy-${name.replaceAll('.', '_')}`;
}

/** What jobs on the branch know, and pull requests as `PULL_REQUEST_…`, with fewer rights. */
export function secretNamesOf({ remote, hasToken }: CiFacts): readonly string[] {
  return [
    ...(remote === 'bucket' ? ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] : []),
    ...(hasToken ? ['NX_ML_TOKEN'] : []),
  ];
}

/** What every job begins with. Packages are installed before a step sees a secret. */
function setUp(facts: CiFacts): readonly string[] {
  return [
    `- uses: ${actions.checkout}`,
    '  with:',
    '    # All commits: what is compared with may be any of them.',
    '    fetch-depth: 0',
    '    persist-credentials: false',
    `- uses: ${actions.node}`,
    '  with:',
    `    node-version: '${facts.node}'`,
    facts.packageManager === 'npm' ? '    cache: npm' : '    package-manager-cache: false',
    ...(facts.python === undefined
      ? []
      : [`- uses: ${actions.python}`, '  with:', `    python-version: '${facts.python}'`]),
    '- name: Install',
    '  run: |',
    ...facts.install.map((line) => `    ${line}`),
    ...(facts.python === undefined ? [] : [`    ${installRequirements}`]),
  ];
}

function restore(facts: CiFacts): readonly string[] {
  return [
    '- name: Bring what earlier runs cached',
    `  uses: ${actions.cacheRestore}`,
    '  with:',
    '    path: |',
    ...cachePathsOf(facts).map((path) => `      ${path}`),
    '    key: ${{ env.CACHE_HERE }}-${{ runner.os }}-${{ github.run_id }}-new',
    '    restore-keys: |',
    '      ${{ env.CACHE_HERE }}-${{ runner.os }}-${{ github.run_id }}-',
    '      ${{ env.CACHE_HERE }}-${{ runner.os }}-',
    '      ${{ env.CACHE_OF_BRANCH }}-${{ runner.os }}-',
  ];
}

export const installRequirements =
  "git ls-files -z -- '*requirements.txt' | xargs -0 -n 1 python -m pip install --requirement";
