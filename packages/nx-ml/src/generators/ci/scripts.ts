import type { EnvironmentFacts } from './environments.js';
import type { CiFacts } from './facts.js';
import { indented } from './indented.js';

/** What the steps of every provider run; what differs from run to run is in variables, never in the text. */
export interface Scripts {
  /** TARGET: what a pull request goes to, empty on the branch itself. */
  readonly plan: string;
  readonly data: string;
  /** Names of all models that are dealt out, for a shell. */
  readonly projects: string;
  /** PROJECTS, TARGETS */
  readonly train: string;
  /** Of Bitbucket, where one machine does all: leaves PROJECTS, and in judged how it ended. */
  readonly bitbucketPlan: string;
  readonly bitbucketTrain: string;
  /** PROJECTS: what one machine has to tell that did all, as files, before anything is accepted. */
  readonly report: string;
  /** PROJECTS, SHARD: what a machine has to tell, for the one that reports. */
  readonly tell: string;
  /** SHARD: of what it tells. */
  readonly junit: string;
  /** PROJECTS: of what all machines tell, as are the next. */
  readonly summary: string;
  readonly page: string;
  readonly githubComment: string;
  readonly gitlabComment: string;
  readonly accept: string;
  /** NX_ML_SIGNING_KEY, where bundles are signed: the key itself, or its base64 for who knows no lines. */
  readonly package: string;
  readonly promote: string;
  /** KUBE_CONFIG, where there is a cluster: the text of a kubeconfig. */
  readonly deployTo: (environment: EnvironmentFacts) => string;
  /** Targets `deploy` that people wrote. */
  readonly deploy: string;
  /** Ends a job before anything is installed, where it has nothing to do. */
  readonly endEarly: (key: ListKey) => string;
  readonly monitor: string;
}

/** Where the plan is handed on from job to job: git ignores the folder, so that Nx counts nothing in it as a change. */
const document = '.nx-ml/shards.json';

export function scriptsOf(facts: CiFacts): Scripts {
  const { exec } = facts;
  const plan = lines(
    'mkdir -p .nx-ml',
    `${exec} nx-ml shards \${TARGET:+--target "$TARGET"} ${shardOptions(facts)} --json > ${document}`,
  );
  const data = lines(
    `base="${read('base')}"`,
    cached(facts, `${exec} nx affected -t data --base="$base" --output-style=static`),
    `${exec} nx-ml data status --exit-code`,
  );
  const train = cached(
    facts,
    `${exec} nx run-many --targets="$TARGETS" --projects="$PROJECTS" --output-style=static`,
  );
  return {
    ...{ plan, data, train },
    projects: read('projects'),
    bitbucketPlan: lines(bitbucketTarget, plan, `${exec} nx-ml plan`, data),
    bitbucketTrain: watchedScript(train),
    report: lines(
      'if [ -n "$PROJECTS" ]; then',
      '  IFS=, read -r -a models <<< "$PROJECTS"',
      `  ${exec} nx-ml report "\${models[@]}" --format html --output .nx-ml/report.html || true`,
      `  ${exec} nx-ml report "\${models[@]}" --format junit --output .nx-ml/report.xml || true`,
      'fi',
    ),
    tell: reportScript(exec, `--format json --output "${told}/$SHARD.json"`),
    junit: `${exec} nx-ml report --from "${told}/$SHARD.json" --format junit --output .nx-ml/report.xml`,
    summary: togetherScript(exec, '--format summary'),
    page: togetherScript(exec, '--format html --output .nx-ml/report.html'),
    githubComment: togetherScript(exec, '--post github'),
    gitlabComment: togetherScript(exec, '--post gitlab'),
    accept: acceptScript(exec),
    package: packageScript(exec),
    promote: promoteScript(exec),
    deployTo: (environment) => deployScript(exec, environment),
    deploy: lines(
      `base="${read('base')}"`,
      `services="${read('deploy', 'Object.values(_).join()')}"`,
      `${exec} nx affected -t deploy --base="$base" \${services:+--exclude="$services"} --output-style=static`,
    ),
    endEarly,
    monitor: `${exec} nx run-many -t monitor --output-style=static`,
  };
}

/** Where the pull request goes to; empty on the branch itself. */
const bitbucketTarget = lines(
  'TARGET="${BITBUCKET_PR_DESTINATION_BRANCH:-}"',
  'if [ -n "$TARGET" ]; then',
  '  git fetch --quiet origin "+refs/heads/$TARGET:refs/remotes/origin/$TARGET"',
  '  TARGET="origin/$TARGET"',
  'fi',
  'export TARGET',
);

/**
 * Bitbucket cancels nothing for a newer push, so the training looks for one itself and ends. What it had finished is kept. Nothing is
 * ended where the repository does not answer, nor where the branch is gone.
 */
function watchedScript(train: string): string {
  return lines(
    `PROJECTS="${read('projects')}"`,
    '# A pull request packages what passed as well, unsigned: that it can be packaged is to be known before the merge.',
    'export PROJECTS TARGETS="evaluate,gate${BITBUCKET_PR_ID:+,package}"',
    'judged=0',
    'rm -f .nx-ml/newer',
    'if [ -n "$PROJECTS" ]; then',
    '  # Bitbucket cancels nothing, so this looks for a newer push itself and ends the training: a process group, so that all of it ends.',
    '  set -m',
    `  ${train} &`,
    '  training=$!',
    '  while sleep 30; do',
    '    tip="$(git ls-remote origin "refs/heads/$BITBUCKET_BRANCH" | cut -f 1)" || tip=""',
    '    case "$tip" in',
    '      "" | "$BITBUCKET_COMMIT"*) ;;',
    '      *) touch .nx-ml/newer && kill -TERM -- "-$training" && break ;;',
    '    esac',
    '  done &',
    '  watch=$!',
    '  wait "$training" || judged=$?',
    '  kill -TERM -- "-$watch" 2> /dev/null || true',
    '  set +m',
    '  if [ -e .nx-ml/newer ]; then',
    '    echo "$BITBUCKET_BRANCH has a newer commit, which trains what is left of this one."',
    '    exit 1',
    '  fi',
    'fi',
  );
}

/** Where machines leave what they tell. */
const told = '.nx-ml/report';

/** Lists of models in the plan. */
type ModelsKey = 'accept' | 'package' | 'promote';

/** Lists in the plan that a job is there for. */
type ListKey = ModelsKey | { readonly environment: string };

/**
 * What a shell gets of the plan.
 *
 * @param of what of it, an expression in which it is called _
 */
function read(key: 'base' | 'projects' | 'deploy' | ModelsKey, of = '_'): string {
  const value = `JSON.parse(fs.readFileSync("${document}", "utf8")).${key}`;
  return `$(node -p '${of === '_' ? value : of.replaceAll('_', value)}')`;
}

function reportScript(exec: string, form: string): string {
  return lines('IFS=, read -r -a models <<< "$PROJECTS"', `${exec} nx-ml report "\${models[@]}" ${form}`);
}

/** The machine that reports has nothing but what the others told; where none did, there is not even the folder. */
function togetherScript(exec: string, form: string): string {
  return lines(`mkdir -p ${told}`, reportScript(exec, `--from ${told} ${form}`));
}

/**
 * What becomes of models that passed their gate with results that are known here. A held model keeps no other from it, nor does one
 * that something is wrong with; one that is not trained is left for the next run. A shell may run this where it does not stop at the
 * first failure, so each is looked at.
 */
function judgedScript(exec: string, key: ModelsKey, nothing: string, action: readonly string[]): string {
  return lines(
    `IFS=, read -r -a models <<< "${read(key)}"`,
    'failed=0',
    'for model in ${models[@]+"${models[@]}"}; do',
    '  code=0',
    `  ${exec} nx-ml plan "$model" --fail-on train,evaluate || code=$?`,
    '  if [ "$code" = 3 ]; then',
    `    echo "$model has no results here: its training was cancelled or failed. ${nothing}"`,
    '    continue',
    '  fi',
    ...action.map((line) => `  ${line}`),
    '  case "$code" in',
    '    0) ;;',
    '    3 | 4 | 5) echo "$model is held by its gate." ;;',
    '    *) failed=1 ;;',
    '  esac',
    'done',
    '[ "$failed" = 0 ]',
  );
}

/** Asking again spends nothing of a test set: the answer is on record. */
function judge(exec: string, action: string): readonly string[] {
  return [
    `[ "$code" != 0 ] || ${exec} nx-ml gate run "$model" || code=$?`,
    `[ "$code" != 0 ] || ${exec} ${action} "$model" || code=1`,
  ];
}

function acceptScript(exec: string): string {
  return judgedScript(exec, 'accept', 'Nothing is accepted.', judge(exec, 'nx-ml gate accept'));
}

/** Whoever promotes has no key that signs, so packaging is a job of its own. */
function packageScript(exec: string): string {
  return lines(
    '(',
    indentedBy2(
      secretFile('NX_ML_SIGNING_KEY', 'NX_ML_SIGNING_KEY_FILE', [
        'case "$NX_ML_SIGNING_KEY" in',
        '  -----BEGIN*) printf \'%s\\n\' "$NX_ML_SIGNING_KEY" > "$NX_ML_SIGNING_KEY_FILE" ;;',
        '  *) printf \'%s\' "$NX_ML_SIGNING_KEY" | base64 -d > "$NX_ML_SIGNING_KEY_FILE" ;;',
        'esac',
      ]),
    ),
    indentedBy2(
      judgedScript(exec, 'package', 'Nothing is packaged.', [
        `if [ "$code" = 0 ] && ! ${exec} nx run "$model:package" --output-style=static; then`,
        '  # Held by its gate, or is something wrong with it?',
        `  ${exec} nx-ml gate run "$model" && code=1 || code=$?`,
        'fi',
      ]),
    ),
    ')',
  );
}

function promoteScript(exec: string): string {
  return judgedScript(exec, 'promote', 'Nothing is promoted.', judge(exec, 'nx-ml registry promote'));
}

/** What the registry says is compared with what is served, whatever this push changed: so what failed before is made up for. */
function deployScript(exec: string, { name, hasCluster }: EnvironmentFacts): string {
  return lines(
    '(',
    ...(hasCluster
      ? [
          indentedBy2(
            secretFile('KUBE_CONFIG', 'KUBECONFIG', ['printf \'%s\\n\' "$KUBE_CONFIG" > "$KUBECONFIG"']),
          ),
        ]
      : []),
    `  IFS=, read -r -a services <<< "${servicesOf(name)}"`,
    `  by="\${GITHUB_ACTOR:-\${GITLAB_USER_LOGIN:-$(git log -1 --format=%an)}}"`,
    '  failed=0',
    '  for service in ${services[@]+"${services[@]}"}; do',
    `    ${exec} nx run "$service:deploy" --env=${name} --by="$by" --output-style=static || failed=1`,
    '  done',
    '  [ "$failed" = 0 ]',
    ')',
  );
}

/** What a variable holds as a file that nobody else reads, and that goes with the shell. */
function secretFile(variable: string, file: string, write: readonly string[]): string {
  return lines(
    `if [ -n "\${${variable}:-}" ]; then`,
    `  export ${file}="$(mktemp)"`,
    `  trap 'rm -f "$${file}"' EXIT`,
    ...write.map((line) => `  ${line}`),
    `  unset ${variable}`,
    'fi',
  );
}

function indentedBy2(text: string): string {
  return `  ${indented(text, 2)}`;
}

function endEarly(key: ListKey): string {
  const list = typeof key === 'string' ? read(key) : servicesOf(key.environment);
  return lines(`if [ -z "${list}" ]; then`, "  echo 'There is nothing to do.'", '  exit 0', 'fi');
}

function servicesOf(environment: string): string {
  return read('deploy', `_["${environment}"] ?? ""`);
}

function shardOptions({
  machines,
  runner,
  gpuRunner,
  memoryRunner,
  memoryFrom,
  environments,
}: CiFacts): string {
  return [
    `--count ${String(machines)} --runner ${runner}`,
    ...(gpuRunner === undefined ? [] : [`--gpu-runner ${gpuRunner}`]),
    ...(memoryRunner === undefined ? [] : [`--memory-runner ${memoryRunner} --memory-from ${memoryFrom}`]),
    `--environments "${environments.map(({ name }) => name).join(',')}"`,
  ].join(' ');
}

/** Behind the proxy a cache that is away, slow or wrong costs time and no training. */
function cached({ exec, cacheServer }: CiFacts, command: string): string {
  return cacheServer === undefined
    ? command
    : `${exec} nx-ml cache-proxy --upstream ${cacheServer} -- ${command}`;
}

function lines(...all: readonly string[]): string {
  return all.join('\n');
}
