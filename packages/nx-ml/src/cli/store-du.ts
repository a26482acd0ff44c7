import { spaceUsed } from '@nx-ml/core/usecases/store';

import { spaceJson, spaceText } from '../report/space-text.js';
import { systemClock } from '../system-clock.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand } from './command.js';
import { noStoreText, storeAtHand } from './store-at-hand.js';

const help = `nx-ml store du [--limit N] [--json]

Tells what takes the space of the store: each dataset over all versions that git knows, each step over all of its runs.
What several of them need counts for each, and once in the whole.

  --limit N  at most so many lines; default: 30
  --json     all of them, sizes in bytes

Examples
  nx-ml store du
  nx-ml store du --limit 5
`;

export const storeDu: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(
      args,
      { limit: { type: 'string' }, json: { type: 'boolean' } },
      help,
    );
    if (positionals.length > 0) throw usageError(`nx-ml store du takes no "${positionals[0] ?? ''}"`, help);
    const limit = limitOf(values['limit']);
    const store = await storeAtHand(io.cwd);
    if (store === undefined) io.write(values['json'] === true ? 'null\n' : noStoreText());
    else {
      const request = { workspaces: store.workspaces, now: systemClock.now() };
      const used = await spaceUsed(request, store.deps);
      io.write(values['json'] === true ? `${JSON.stringify(spaceJson(used))}\n` : spaceText(used, limit));
    }
    return 0;
  },
};

function limitOf(text: string | boolean | undefined): number {
  if (text === undefined) return 30;
  if (typeof text === 'string' && /^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usageError(`--limit takes a whole number, not "${String(text)}"`, help);
}
