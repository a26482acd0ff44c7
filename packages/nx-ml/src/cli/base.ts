import { askWhatWouldHappen } from './ask-workspace.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand } from './command.js';
import { findBase } from './find-base.js';
import type { FoundBase } from './find-base.js';

const help = `nx-ml base [--target REF] [--json]

Prints the commit to compare with: since when models went on without being accepted. That is the oldest commit at which a
model was accepted that is not settled now; a model whose accepted version still is what this commit makes does not count.
So nothing is passed over that a newer push cancelled or a gate held, and nothing else is looked at again. Where no gate was
ever passed it lies before the model's first commit; where all is settled it is this commit itself.

Where nobody can tell what is accepted, it is the commit before, and a notice on standard error says so.

  --target REF   for a pull request: where this commit parted from the branch that it goes to
  --json         one JSON object: {base, because, notice, models: [{project, state, since}]}

Examples
  nx affected -t evaluate --base="$(nx-ml base)"
  nx-ml plan --base "$(nx-ml base --target origin/main)"
`;

export const base: CliCommand = {
  help,
  async run(args, io) {
    const options = { target: { type: 'string' }, json: { type: 'boolean' } } as const;
    const { values, positionals } = parseOptions(args, options, help);
    if (positionals.length > 0) throw usageError('nx-ml base takes no arguments', help);
    const [questions, { Forecaster }] = await askWhatWouldHappen(
      io.cwd,
      () => import('@nx-ml/core/usecases/plan'),
    );
    const { target } = values;
    const found = await findBase({
      ...(typeof target === 'string' ? { target } : {}),
      questions,
      forecaster: new Forecaster(questions),
    });
    if (values['json'] === true) io.write(`${JSON.stringify({ formatVersion: 1, ...found })}\n`);
    else {
      tellNotice(found);
      io.write(`${found.base}\n`);
    }
    return 0;
  },
};

/** Beside the answer, which a script takes from standard output. */
export function tellNotice({ notice }: FoundBase): void {
  if (notice !== undefined) process.stderr.write(`${notice}\n`);
}
