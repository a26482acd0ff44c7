import { isScope, protectedScope } from '@nx-ml/core/cache';

import type { GcRules, PlacedUse } from '../../operations/index.js';
import { parseBytes } from '../serve/parse-bytes.js';
import { parseLifetime } from '../token/lifetime.js';
import type { Io, ServerCommand } from '../command.js';
import { Options } from '../options.js';

const help = `nx-ml-server gc [--quota 500GB] [--unused 30d] [--scope pr-7] [--dry-run] [--json] [--storage …] [--state …]

Removes entries of Nx from the storage. A running server may go on: what it still has in memory it serves until then.

  --quota    of all entries so many bytes stay; the longest unused go first, protected ones last
  --scope-quota  the same for each scope but the protected one
  --unused   entries go that nobody asked for within this time, but for protected ones
  --scope    all entries and objects of one scope go, such as those of a pull request that was closed
  --dry-run  removes nothing, and tells what would go
  --storage, --state  otherwise NX_ML_SERVER_STORAGE and NX_ML_SERVER_STATE
  --json     one JSON object: {isDry, entries, bytes, objects, removed: [{scope, hash, size, usedAt}]}

Examples
  nx-ml-server gc --unused 30d --dry-run
  nx-ml-server gc --scope pr-7
`;

const names = {
  help,
  texts: ['storage', 'quota', 'scope-quota', 'unused', 'scope'],
  switches: ['dry-run', 'json'],
} as const;

export const gc: ServerCommand = {
  name: 'gc',
  summary: 'remove entries that are over a quota, unused, or of a closed pull request',
  help,
  run: async (args, io) => {
    const options = new Options(args, io, names);
    const rules = rulesOf(options, io);
    const { openNamedStorage } = await import('./open.js');
    const { blobs, state } = await openNamedStorage(options);
    const { removeEntries } = await import('./remove-entries.js');
    const isDry = options.has('dry-run');
    const removed = await removeEntries({ blobs, state, rules, isDry });
    io.write(options.has('json') ? jsonOf(removed, isDry) : textOf(removed, isDry));
    return 0;
  },
};

/** Without any rule nothing would go, which nobody means who types it. */
function rulesOf(options: Options, { clock }: Io): GcRules {
  const [scope, unused] = [options.text('scope'), options.text('unused')];
  const quotas = {
    total: parseBytes(options.text('quota'), '--quota'),
    scope: parseBytes(options.text('scope-quota'), '--scope-quota'),
  };
  if ([quotas.total, quotas.scope, unused, scope].every((rule) => rule === undefined))
    throw options.misuse('It is not said what should go: --quota, --scope-quota, --unused or --scope');
  if (scope !== undefined && (!isScope(scope) || scope === protectedScope))
    throw options.misuse(`--scope ${JSON.stringify(scope.slice(0, 80))} is no scope that can go as a whole`);
  return {
    quotas,
    unusedSince: unused === undefined ? undefined : clock.now() - parseLifetime(unused),
    scope,
  };
}

interface Removed {
  readonly entries: readonly PlacedUse[];
  /** Blobs of the store. */
  readonly objects: number;
}

function jsonOf({ entries, objects }: Removed, isDry: boolean): string {
  const removed = entries.map(({ scope, hash, size, usedAt }) => ({ scope, hash, size, usedAt }));
  return `${JSON.stringify({ isDry, entries: entries.length, bytes: bytesOf(entries), objects, removed })}\n`;
}

function textOf({ entries, objects }: Removed, isDry: boolean): string {
  const verb = isDry ? 'would go' : 'removed';
  const scopes = [...new Set(entries.map(({ scope }) => scope))];
  const rows = scopes.map((scope) => {
    const own = entries.filter((entry) => entry.scope === scope);
    return `  ${scope.padEnd(20)}${String(own.length).padStart(8)} entries${megabytes(bytesOf(own)).padStart(12)}\n`;
  });
  const store = objects === 0 ? '' : `, and ${String(objects)} blobs of the store`;
  return `${rows.join('')}${String(entries.length)} entries, ${megabytes(bytesOf(entries))}${store}: ${verb}\n`;
}

function bytesOf(entries: readonly PlacedUse[]): number {
  return entries.reduce((sum, { size }) => sum + size, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
