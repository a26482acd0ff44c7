import type { CiFacts } from './facts.js';

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
  readonly deploy: string;
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
    deploy: lines(
      `base="${read('base')}"`,
      `${exec} nx affected -t deploy --base="$base" --output-style=static`,
    ),
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
    'export PROJECTS TARGETS=evaluate,gate',
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

/** What a shell gets of the plan. */
function read(key: 'base' | 'gated' | 'projects'): string {
  return `$(node -p 'JSON.parse(fs.readFileSync("${document}", "utf8")).${key}')`;
}

function reportScript(exec: string, form: string): string {
  return lines('IFS=, read -r -a models <<< "$PROJECTS"', `${exec} nx-ml report "\${models[@]}" ${form}`);
}

/** The machine that reports has nothing but what the others told; where none did, there is not even the folder. */
function togetherScript(exec: string, form: string): string {
  return lines(`mkdir -p ${told}`, reportScript(exec, `--from ${told} ${form}`));
}

/** A held model keeps no other from being accepted; one that is not trained is left for the next run. */
function acceptScript(exec: string): string {
  return lines(
    `IFS=, read -r -a models <<< "${read('gated')}"`,
    'for model in ${models[@]+"${models[@]}"}; do',
    '  code=0',
    `  ${exec} nx-ml plan "$model" --fail-on train,evaluate || code=$?`,
    '  if [ "$code" = 3 ]; then',
    '    echo "$model has no results here: its training was cancelled or failed. Nothing is accepted."',
    '    continue',
    '  fi',
    '  [ "$code" = 0 ] || exit "$code"',
    `  ${exec} nx run "$model:evaluate" --output-style=static`,
    `  ${exec} nx-ml gate run "$model" || code=$?`,
    '  case "$code" in',
    `    0) ${exec} nx-ml gate accept "$model" ;;`,
    '    3 | 4 | 5) echo "$model is held by its gate." ;;',
    '    *) exit "$code" ;;',
    '  esac',
    'done',
  );
}

function shardOptions({ machines, runner, gpuRunner, memoryRunner, memoryFrom }: CiFacts): string {
  return [
    `--count ${String(machines)} --runner ${runner}`,
    ...(gpuRunner === undefined ? [] : [`--gpu-runner ${gpuRunner}`]),
    ...(memoryRunner === undefined ? [] : [`--memory-runner ${memoryRunner} --memory-from ${memoryFrom}`]),
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
