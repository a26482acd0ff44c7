import type { StepRef } from '@nx-ml/core/layout';
import type { Forecaster as StepForecaster } from '@nx-ml/core/usecases/plan';

import type { Questions } from '../compose-questions.js';
import { systemClock } from '../system-clock.js';
import { remoteAnswer } from '../report/remote-text.js';
import { whyJson } from '../report/why-json.js';
import { whyText } from '../report/why-text.js';
import { askWhatWouldHappen, findMlProject, parseStep } from './ask-workspace.js';
import { parseOptions, usageError } from './command.js';
import { packagesOf } from './packages-asked.js';
import type { CliCommand } from './command.js';

const help = `nx-ml why PROJECT[:STEP] [--json]

Tells why a step would run again, or why it would not: what its key was made of at its last run and now, down to the
file, the parameter, the package and the rows of its data, through the steps that it reads from. Nothing is run.

  STEP     data, train, evaluate or package; default: the first step of the project that would run
  --json   the whole explanation as one JSON document

Examples
  nx-ml why spam-filter
  nx-ml why spam-filter:evaluate
  nx-ml why spam-filter --json | jq '.steps[0].changes'
`;

export const why: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } }, help);
    const [name] = positionals;
    if (name === undefined || positionals.length > 1) throw usageError('nx-ml why needs one project', help);
    const wanted = parseStep(name, help);
    const [questions, [{ explainStep }, { Forecaster, readersOf }]] = await askWhatWouldHappen(io.cwd, () =>
      Promise.all([import('@nx-ml/core/usecases/explain'), import('@nx-ml/core/usecases/plan')]),
    );
    const forecaster = new Forecaster({ ...questions, packages: await packagesOf(questions) });
    const ref = await stepAsked(wanted, questions, forecaster);
    const steps = await explainStep(ref, { ...questions, objects: questions.stores.objects, forecaster });
    const after = readersOf(ref, questions.workspace);
    const remote = remoteAnswer(questions.asked);
    if (values.json === true) io.write(`${JSON.stringify(whyJson(steps, after, remote))}\n`);
    else io.write(whyText(steps, { after, now: systemClock.now(), remote }));
    return 0;
  },
};

async function stepAsked(
  { project: name, step }: ReturnType<typeof parseStep>,
  questions: Questions,
  forecaster: StepForecaster,
): Promise<StepRef> {
  const { config } = await findMlProject(name, questions);
  const { allStepsOf } = await import('@nx-ml/core/manifest');
  const refs = allStepsOf(config).map((spec) => ({ project: name, step: spec.step }));
  const asked = refs.filter((ref) => step === undefined || ref.step === step);
  for (const ref of asked) {
    const { state } = await forecaster.of(ref);
    if (state !== 'current' && state !== 'restore') return ref;
  }
  const [first] = asked;
  if (first !== undefined) return first;
  throw usageError(
    step === undefined ? `${name} has no steps: it is a ${config.kind}` : `${name} has no step "${step}"`,
    help,
  );
}
