import { isScope, protectedScope } from '@nx-ml/core/cache';

import type { PlacedUse } from '../../operations/index.js';
import { parseBytes } from '../serve/parse-bytes.js';
import { parseLifetime } from '../token/lifetime.js';
import type { Io, ServerCommand } from '../command.js';
import { Options } from '../options.js';
import type { RemovedObjects, StoreRules } from './remove-objects.js';

const help = `nx-ml-server gc [--quota 500GB] [--store-quota 2TB] [--unused 30d] [--scope pr-7] [--dry-run] [--json]

Removes entries of Nx and objects of the store. A running server may go on: what it still has in memory it serves until then.
Of the store of the protected scope nothing ever goes; of the others no journal, and nothing of the last 6 hours.

  --quota    of all entries so many bytes stay; the longest unused go first, protected ones last
  --scope-quota  the same for each scope but the protected one
  --store-quota  of the stores of all scopes so many bytes stay; what nothing refers to goes first, of that the longest unused
  --store-scope-quota  the same for each scope but the protected one
  --unused   entries and objects go that nobody asked for within this time, but for protected ones
  --scope    all entries and all of the store of one scope go, such as those of a pull request that was closed
  --dry-run  removes nothing, and tells what would go
  --storage, --state  otherwise NX_ML_SERVER_STORAGE and NX_ML_SERVER_STATE
  --json     one JSON object: {isDry, entries, bytes, objects, objectBytes, removed: [{scope, hash, size, usedAt}],
             store: [{scope, blobs, bytes}]}

Examples
  nx-ml-server gc --unused 30d --dry-run
  nx-ml-server gc --store-scope-quota 20GB --dry-run
  nx-ml-server gc --scope pr-7
`;

const names = {
  help,
  texts: ['storage', 'quota', 'scope-quota', 'store-quota', 'store-scope-quota', 'unused', 'scope'],
  switches: ['dry-run', 'json'],
} as const;

export const gc: ServerCommand = {
  name: 'gc',
  summary: 'remove what is over a quota, unused, or of a closed pull request',
  help,
  run: async (args, io) => {
    const options = new Options(args, io, names);
    const rules = rulesOf(options, io);
    const { openNamedStorage } = await import('./open.js');
    const { blobs, state } = await openNamedStorage(options);
    const { removeEntries } = await import('./remove-entries.js');
    const isDry = options.has('dry-run');
    const { removeObjects } = await import('./remove-objects.js');
    // Entries first: one whose objects have gone would be worth nothing.
    const entries = await removeEntries({ blobs, state, rules, isDry });
    const store = await removeObjects({ blobs, state, clock: io.clock, rules, isDry });
    const removed = { entries, store };
    io.write(options.has('json') ? jsonOf(removed, isDry) : textOf(removed, isDry));
    return 0;
  },
};

/** Without any rule nothing would go, which nobody means who types it. */
function rulesOf(options: Options, { clock }: Io): StoreRules {
  const [scope, unused] = [options.text('scope'), options.text('unused')];
  const bytes = (name: string): number | undefined => parseBytes(options.text(name), `--${name}`);
  const quotas = { total: bytes('quota'), scope: bytes('scope-quota') };
  const store = { total: bytes('store-quota'), scope: bytes('store-scope-quota') };
  const all = [quotas.total, quotas.scope, store.total, store.scope, unused, scope];
  if (all.every((rule) => rule === undefined))
    throw options.misuse('It is not said what should go: --quota, --store-quota, --unused or --scope');
  if (scope !== undefined && (!isScope(scope) || scope === protectedScope))
    throw options.misuse(`--scope ${JSON.stringify(scope.slice(0, 80))} is no scope that can go as a whole`);
  return {
    quotas,
    store,
    unusedSince: unused === undefined ? undefined : clock.now() - parseLifetime(unused),
    scope,
  };
}

interface Removed {
  readonly entries: readonly PlacedUse[];
  readonly store: readonly RemovedObjects[];
}

function jsonOf({ entries, store }: Removed, isDry: boolean): string {
  const removed = entries.map(({ scope, hash, size, usedAt }) => ({ scope, hash, size, usedAt }));
  const sums = { entries: entries.length, bytes: bytesOf(entries), ...sumsOf(store) };
  return `${JSON.stringify({ isDry, ...sums, removed, store })}\n`;
}

function textOf({ entries, store }: Removed, isDry: boolean): string {
  const row = (scope: string, count: number, what: string, bytes: number): string =>
    `  ${scope.padEnd(32)}${String(count).padStart(8)} ${what.padEnd(8)}${megabytes(bytes).padStart(14)}\n`;
  const scopes = [...new Set(entries.map(({ scope }) => scope))];
  const rows = scopes.map((scope) => {
    const own = entries.filter((entry) => entry.scope === scope);
    return row(scope, own.length, 'entries', bytesOf(own));
  });
  rows.push(...store.map(({ scope, blobs, bytes }) => row(scope, blobs, 'blobs', bytes)));
  const { objects, objectBytes } = sumsOf(store);
  const ofStore =
    objects === 0 ? '' : `, and ${String(objects)} blobs of the store, ${megabytes(objectBytes)}`;
  const verb = isDry ? 'would go' : 'removed';
  return `${rows.join('')}${String(entries.length)} entries, ${megabytes(bytesOf(entries))}${ofStore}: ${verb}\n`;
}

function sumsOf(store: readonly RemovedObjects[]): {
  readonly objects: number;
  readonly objectBytes: number;
} {
  return {
    objects: store.reduce((sum, { blobs }) => sum + blobs, 0),
    objectBytes: store.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function bytesOf(entries: readonly PlacedUse[]): number {
  return entries.reduce((sum, { size }) => sum + size, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
