import { MlError } from '@nx-ml/core/kernel';
import type { ScopedTrial } from '@nx-ml/core/tune/study';
import type { OpenStudy } from '@nx-ml/core/usecases/tune';

import { appliedLines } from '../../report/tune-text.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { applyTrial } from './apply-trial.js';
import { withStudy } from './study-at-hand.js';

const help = `nx-ml tune apply MODEL [--trial N]

Writes the parameters of a trial to where the model has them: its params file, or its ml.yaml. Nothing is run; training with
them is a restore.

  --trial N  that trial; default: the best one

Examples
  nx-ml tune apply spam-filter
  nx-ml tune apply spam-filter --trial 17
`;

const options = { trial: { type: 'string' } } as const;

export const tuneApply: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const [model] = positionals;
    if (model === undefined || positionals.length > 1) throw usageError('One model is needed', help);
    return withStudy({ cwd: io.cwd, model }, async ({ study, ...at }) => {
      const trial = trialOf(study, values['trial']);
      io.write(`${model}: trial ${String(trial.number)}\n`);
      io.write(appliedLines(await applyTrial(study, trial, at), model));
      return 0;
    });
  },
};

function trialOf(study: OpenStudy, wanted: string | boolean | undefined): ScopedTrial {
  const { project } = study;
  const trials = study.trials();
  const found =
    wanted === undefined ? study.choice().trial : trials.find(({ number }) => String(number) === wanted);
  if (found !== undefined) return found;
  throw new MlError('ERR_ML_USAGE', {
    message:
      wanted === undefined
        ? `No trial of ${project.name} ended well for the code, data and space of today`
        : `${project.name} has no trial ${String(wanted)} for the code, data and space of today`,
    fix: `nx-ml tune show ${project.name} --all lists them; nx tune ${project.name} runs them.`,
  });
}
