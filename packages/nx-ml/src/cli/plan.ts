import type { PlannedStep } from '@nx-ml/core/usecases/plan';

import { memoryOf, Noted } from '../memory/index.js';
import { planJson } from '../report/plan-summary.js';
import { planText } from '../report/plan-text.js';
import { remoteAnswer } from '../report/remote-text.js';
import { affectedProjects } from './affected-projects.js';
import { askWhatWouldHappen, findMlProject, steps } from './ask-workspace.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand, ParsedOptions } from './command.js';
import type { Questions } from '../compose-questions.js';
import { keysAtHand, packagesOf } from './packages-asked.js';

const help = `nx-ml plan [PROJECT...] [--base REF] [--head REF] [--fail-on STEP,...] [--all] [--json]

Tells which steps would execute, be restored or have nothing to do, how long that takes by earlier runs, and what the
caches spare. Nothing is run and nothing is written: files are looked at as they are. A result whose bytes the remote
alone has is told with what comes from there when something reads it; one that is current and whose bytes nobody has, with
the command that makes them again. With NX_ML_OFFLINE=1 the remote is not asked, and what it has counts as lost.

Below the table it tells which bundles would become champions and which services would be deployed after it, by what the journals
say; no target is asked.

  PROJECT       these alone, with what they read from; default: all
  --base REF    only projects affected since REF, as nx affected counts them
  --head REF    up to REF instead of the files as they are
  --fail-on     exit with code 3 if one of these steps would or may execute, as one whose result is lost may:
                data, train, evaluate, package
  --all         also list projects with nothing to do
  --json        one JSON document

Examples
  nx-ml plan
  nx-ml plan spam-filter
  nx-ml plan --base origin/main
  nx-ml plan --base origin/main --fail-on train    a pull request that must not train anything
`;

const options = {
  base: { type: 'string' },
  head: { type: 'string' },
  'fail-on': { type: 'string' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Exit code of a plan that does what --fail-on forbids, apart from that of an error. */
const forbidden = 3;

export const plan: CliCommand = {
  help,
  async run(args, io) {
    const parsed = parseOptions(args, options, help);
    const failOn = stepNames(parsed.values['fail-on']);
    const [questions, { Forecaster, planWorkspace }] = await askWhatWouldHappen(
      io.cwd,
      () => import('@nx-ml/core/usecases/plan'),
    );
    const names = [...questions.workspace.mlProjectNames()].sort();
    const projects = await projectsAsked(parsed, names, questions);
    const forecaster = new Forecaster({ ...questions, packages: await packagesOf(questions) });
    const durations = new Noted(memoryOf<number>(questions.root, 'durations'));
    const planned = await planWorkspace(projects, { ...questions, forecaster, durations });
    durations.keep();
    const { planReleases } = await import('@nx-ml/core/usecases/releases');
    const releases = await planReleases(projects, planned, {
      ...questions,
      ...keysAtHand(),
      results: forecaster.results,
    });
    const broken = planned.filter(({ state }) => state === 'broken');
    const stops = planned.filter((step) => failOn.includes(step.ref.step) && mayExecute(step));
    const remote = remoteAnswer(questions.asked);
    if (parsed.values.json === true) io.write(`${JSON.stringify(planJson(planned, remote, releases))}\n`);
    else
      io.write(
        planText(planned, {
          all: parsed.values.all === true,
          projects: names.length,
          stops,
          remote,
          releases,
        }),
      );
    if (broken.length > 0) return 1;
    return stops.length > 0 ? forbidden : 0;
  },
};

/** What the store has lost is made again where Nx misses, and a change that Nx counts makes it miss. */
function mayExecute({ state, lost }: PlannedStep): boolean {
  return state === 'run' || state === 'waits' || lost !== undefined;
}

async function projectsAsked(
  { values, positionals }: ParsedOptions,
  names: readonly string[],
  questions: Questions,
): Promise<readonly string[]> {
  for (const name of positionals) await findMlProject(name, questions);
  const chosen = positionals.length === 0 ? names : positionals;
  const { base, head } = values;
  if (typeof base !== 'string') {
    if (head !== undefined) throw usageError('--head needs --base', help);
    return chosen;
  }
  const affected = new Set(
    await affectedProjects({ root: questions.root, base, ...(typeof head === 'string' ? { head } : {}) }),
  );
  return chosen.filter((name) => affected.has(name));
}

function stepNames(text: string | boolean | undefined): readonly string[] {
  const names = typeof text === 'string' ? text.split(',').map((name) => name.trim()) : [];
  const wrong = names.find((name) => !steps.some((step) => step === name));
  if (wrong === undefined) return names;
  throw usageError(`--fail-on knows no step "${wrong}": ${steps.join(', ')}`, help);
}
