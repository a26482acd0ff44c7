import type { TuneEvent } from '@nx-ml/core/usecases/tune';

import { tuneEventJson, tuneResultJson } from '../../report/tune-json.js';
import { tuneProgress } from '../../report/tune-progress.js';
import { dryRunText, tuneResultText } from '../../report/tune-text.js';
import { systemClock } from '../../system-clock.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { applyTrial } from './apply-trial.js';
import { withStudy } from './study-at-hand.js';

const help = `nx-ml tune MODEL [--trials N] [--apply] [--dry-run] [--json]

Searches the parameters of a model for the best result on data that is not of the test set, as "tune:" of its ml.yaml says. A
trial is an ordinary run under its run key: what was ever run with the same code, data, parameters and seed, in this study,
on another branch or by CI, is read and not run, and training with the best parameters is a restore. The target "tune" does
the same behind the data that the model reads: nx tune MODEL.

  --trials N  how many trials there are to be in all, those of earlier runs included; default: those of ml.yaml
  --apply     write the best parameters to where the model has them: its params file, or its ml.yaml
  --dry-run   only tell what would be done
  --json      one JSON object a line: events, and at the end {type: "ended", ...}

Ctrl-C ends the commands that run; the same command goes on where it was. Several machines that share a remote may work on one study.

Examples
  nx tune spam-filter
  nx tune spam-filter --trials=100
  nx-ml tune spam-filter --apply && nx train spam-filter
`;

const options = {
  trials: { type: 'string' },
  apply: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export const tune: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const [model] = positionals;
    if (model === undefined || positionals.length > 1) throw usageError('One model is needed', help);
    const trials = trialsIn(values['trials']);
    const json = values['json'] === true;
    return withStudy({ cwd: io.cwd, model }, async ({ study, tune: begin, ...at }) => {
      const best = () => study.choice().trial;
      if (values['dry-run'] === true) {
        io.write(json ? `${JSON.stringify(tuneResultJson(study, best()))}\n` : dryRunText(study, trials));
        return 0;
      }
      const emit = json
        ? (event: TuneEvent) => {
            io.write(`${JSON.stringify(tuneEventJson(event))}\n`);
          }
        : tuneProgress(study, {
            write: (text) => process.stderr.write(text),
            now: () => systemClock.monotonic(),
          });
      const started = systemClock.monotonic();
      const result = await begin({ trials, emit });
      const chosen = best();
      const applied =
        values['apply'] === true && chosen !== undefined ? await applyTrial(study, chosen, at) : undefined;
      if (json) io.write(`${JSON.stringify(tuneResultJson(study, chosen, { result, applied }))}\n`);
      else
        io.write(tuneResultText(study, chosen, { result, applied, ms: systemClock.monotonic() - started }));
      return chosen === undefined ? 1 : 0;
    });
  },
};

function trialsIn(text: string | boolean | undefined): number | undefined {
  if (text === undefined) return undefined;
  const trials = Number(text);
  if (Number.isSafeInteger(trials) && trials >= 1 && trials <= 100_000) return trials;
  throw usageError(`--trials takes a whole number from 1 to 100000, not "${String(text)}"`, help);
}
