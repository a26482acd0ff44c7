import { resolve } from 'node:path';

import { MlError } from '@nx-ml/core/kernel';
import { collectGarbage, planGarbage } from '@nx-ml/core/usecases/store';
import type { GarbageOutcome, GarbageRequest } from '@nx-ml/core/usecases/store';

import { gcJson } from '../report/gc-json.js';
import { gcDeletedText, gcPlanText, gcSummaryText } from '../report/gc-text.js';
import { showProgress } from '../report/progress.js';
import { systemClock } from '../system-clock.js';
import { parseOptions, usageError } from './command.js';
import type { CliCommand, CliIo, ParsedOptions } from './command.js';
import { withOptionalValue } from './optional-value.js';
import { noStoreText, storeAtHand } from './store-at-hand.js';
import type { StoreAtHand } from './store-at-hand.js';
import { gcRemote } from './store-gc-remote.js';

const help = `nx-ml store gc [--plan] [--delete] [--remote [URL]] [--keep-days N] [--keep-last N] [--grace-days N] [--json]

Deletes from the store what nothing needs any more. Without --delete it only tells what would go. Needed is what any
commit, branch, stash, reflog, index or file of any workspace that uses the store points to, what workspaces stand at, and
runs: the newest of each step on each branch, and those below. What is found unneeded waits for 14 days and must
be unneeded then as well. When anything cannot be read that may need something, nothing is deleted.

  --plan             tell what goes, what waits, and what keeps the rest
  --delete           delete it; the first time it is only marked, and goes when its time has come
  --keep-days N      keep runs that are younger, and data of other tools that was used since; default: 90
  --keep-last N      keep the newest runs of each step; default: 3
  --grace-days N     how long what is unneeded waits; default: 14. What was put or used in the last 2 days always stays
  --remote [URL]     tell of a remote instead what nothing that is known here needs; nothing is deleted there. Without URL the
                     workspace's own
  --unregister PATH  forget a workspace that is gone for good; what only it needed goes
  --accept-broken ID go on although a pointer in git's history is broken; ID: as the refusal names it, several with commas
  --dry-run          delete nothing, which is the default
  --json             one JSON object

Examples
  nx-ml store gc --plan
  nx-ml store gc --delete
  nx-ml store gc --delete --keep-days 30 --keep-last 1
  nx-ml store gc --unregister /home/me/old-clone
  nx-ml store gc --remote --plan
`;

const options = {
  plan: { type: 'boolean' },
  delete: { type: 'boolean' },
  remote: { type: 'string' },
  'dry-run': { type: 'boolean' },
  'keep-days': { type: 'string' },
  'keep-last': { type: 'string' },
  'grace-days': { type: 'string' },
  unregister: { type: 'string' },
  'accept-broken': { type: 'string' },
  json: { type: 'boolean' },
} as const;

const dayMs = 86_400_000;

export const storeGc: CliCommand = {
  help,
  async run(args, io) {
    const { values, positionals } = parseOptions(withOptionalValue(args, '--remote'), options, help);
    if (positionals.length > 0) throw usageError(`nx-ml store gc takes no "${positionals[0] ?? ''}"`, help);
    if (values.delete === true && values['dry-run'] === true)
      throw usageError('--delete and --dry-run exclude one another', help);
    if (values.delete === true && values.remote !== undefined) throw remoteStays();
    const asked = requestOf(values);
    const store = await storeAtHand(io.cwd);
    if (store === undefined) io.write(values.json === true ? 'null\n' : noStoreText());
    else if (typeof values.remote === 'string') {
      const asking = { address: values.remote, request: asked };
      const how = { isPlan: values.plan === true, isJson: values.json === true };
      await gcRemote({ ...asking, ...how }, store, io);
    } else {
      if (typeof values.unregister === 'string') await unregister(resolve(io.cwd, values.unregister), store);
      const request = { ...asked, workspaces: store.workspaces };
      if (values.delete === true) await remove(request, store, { values, io });
      else await foretell(request, store, { values, io });
    }
    return 0;
  },
};

function remoteStays(): MlError {
  return new MlError('ERR_ML_USAGE', {
    message: 'Nothing is deleted from a remote: others may need there what cannot be seen from here',
    fix: 'nx-ml store gc --remote --plan tells what nothing that is known here needs. docs/design/gc.md says why.',
  });
}

interface Answering {
  readonly values: ParsedOptions['values'];
  readonly io: CliIo;
}

async function foretell(
  request: GarbageRequest,
  { root, deps }: StoreAtHand,
  { values, io }: Answering,
): Promise<void> {
  const plan = await planGarbage(request, deps);
  if (values.json === true) io.write(`${JSON.stringify(gcJson(plan))}\n`);
  else if (values.plan === true) io.write(gcPlanText(plan, { root, request }));
  else io.write(gcSummaryText(plan));
}

async function remove(
  request: GarbageRequest,
  { root, deps }: StoreAtHand,
  { values, io }: Answering,
): Promise<void> {
  const progress = showProgress('deleting', { stream: process.stderr, now: () => systemClock.monotonic() });
  let outcome: GarbageOutcome;
  let bytes = 0;
  try {
    outcome = await collectGarbage(request, deps, (done) => {
      progress.expect({ files: done.of });
      progress.advance({ files: 1, bytes: done.bytes - bytes });
      bytes = done.bytes;
    });
  } finally {
    progress.end();
  }
  if (values.json === true) io.write(`${JSON.stringify(gcJson(outcome.plan, outcome))}\n`);
  else {
    if (values.plan === true) io.write(`${gcPlanText(outcome.plan, { root, request })}\n`);
    io.write(gcDeletedText(outcome));
  }
}

async function unregister(path: string, { deps }: StoreAtHand): Promise<void> {
  const found = (await deps.store.workspaces()).filter((workspace) => workspace.path === path);
  if (found.length === 0)
    throw usageError(`No workspace at ${path} uses this store: nx-ml store status lists them`, help);
  for (const workspace of found) await deps.store.unregister(workspace);
  process.stderr.write(`${path} is forgotten.\n`);
}

function requestOf(values: ParsedOptions['values']): Omit<GarbageRequest, 'workspaces'> {
  const blobs = typeof values['accept-broken'] === 'string' ? values['accept-broken'].split(',') : [];
  const wrong = blobs.find((blob) => !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(blob));
  if (wrong !== undefined) throw usageError(`"${wrong}" is no full name of a git blob`, help);
  return {
    policy: { keepDays: numberOf(values, 'keep-days', 90), keepLast: numberOf(values, 'keep-last', 3) },
    graceMs: numberOf(values, 'grace-days', 14) * dayMs,
    acceptedBlobs: new Set(blobs),
  };
}

function numberOf(values: ParsedOptions['values'], name: keyof typeof options, otherwise: number): number {
  const text = values[name];
  if (text === undefined) return otherwise;
  if (typeof text === 'string' && /^\d{1,6}$/.test(text)) return Number(text);
  throw usageError(`--${name} takes a whole number, not "${String(text)}"`, help);
}
