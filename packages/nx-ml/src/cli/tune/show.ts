import { byMean } from '@nx-ml/core/tune/study';

import { tuneResultJson } from '../../report/tune-json.js';
import { trialsText } from '../../report/tune-text.js';
import { parseOptions, usageError } from '../command.js';
import type { CliCommand } from '../command.js';
import { withStudy } from './study-at-hand.js';

const help = `nx-ml tune show MODEL [--all] [--json]

Lists the trials of a model's study that count for the code, the data and the space of today, the best first.

  --all   all of them; default: the best twenty
  --json  one JSON document with all trials

Examples
  nx-ml tune show spam-filter
  nx-ml tune show spam-filter --json | jq .best.params
`;

const options = { all: { type: 'boolean' }, json: { type: 'boolean' } } as const;
const shown = 20;

export const tuneShow: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(args, options, help);
    const [model] = positionals;
    if (model === undefined || positionals.length > 1) throw usageError('One model is needed', help);
    return withStudy({ cwd: io.cwd, model }, ({ study }) => {
      const [objective] = study.policy.objectives;
      const sorted = byMean(study.trials(), objective);
      if (values['json'] === true)
        io.write(`${JSON.stringify(tuneResultJson(study, study.choice().trial))}\n`);
      else io.write(trialsText(study, values['all'] === true ? sorted : sorted.slice(0, shown)));
      return Promise.resolve(0);
    });
  },
};
