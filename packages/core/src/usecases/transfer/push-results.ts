import type { Digest } from '../../kernel/index.js';
import type { RunKey } from '../../provenance/index.js';
import { eachOf, RemoteJournal } from '../../remote/index.js';
import type { Journal, JournalEntry, ObjectRef } from '../../store/index.js';
import type { CurrentResult } from '../plan/current-results.js';
import { digestIn, journalName, RunStore } from '../records/run-store.js';
import { applyPush, planPush } from './push-objects.js';
import type { PushOptions, PushPlan } from './push-objects.js';
import type { TransferDeps } from './transfer-deps.js';

export interface PushResultsDeps extends TransferDeps {
  /** Of this machine. */
  readonly journals: Journal;
}

/** Runs, all that they made and all that tells of them, as a remote lacks it. */
export interface PushResultsPlan {
  readonly push: PushPlan;
  readonly keys: readonly RunKey[];
}

/** @throws MlError as planPush */
export async function planPushResults(
  results: readonly CurrentResult[],
  deps: PushResultsDeps,
  options: PushOptions = {},
): Promise<PushResultsPlan> {
  const keys = [...new Set(results.flatMap((result) => result.keys))];
  const outputs = results.flatMap((result) => result.outputs);
  const documents: ObjectRef[] = [];
  for (const key of keys) documents.push(...(await documentsOf(key, deps)));
  return { push: await planPush([...outputs, ...documents], deps, options), keys };
}

/** The key's own document, the result, the record and the log, as far as they are here. */
async function documentsOf(key: RunKey, { store, journals }: PushResultsDeps): Promise<readonly ObjectRef[]> {
  const payload = (await journals.last(journalName(key)))?.payload;
  if (payload === undefined) return [];
  const runs = new RunStore({ objects: store, journals });
  const log = (await runs.record(key))?.log;
  const digests: Digest[] = [
    key,
    digestIn(payload, 'result'),
    digestIn(payload, 'record'),
    ...(log === undefined ? [] : [log]),
  ];
  const gone = new Set(await store.missing(digests));
  const here = [...new Set(digests)].filter((digest) => !gone.has(digest));
  return Promise.all(
    here.map(
      async (digest) =>
        ({ kind: 'file', digest, size: (await store.source(digest)).size, files: 1 }) as const,
    ),
  );
}

const atOnce = 8;

/** Writes what was planned: the objects, then the journals that name them. */
export async function applyPushResults(
  { push, keys }: PushResultsPlan,
  deps: PushResultsDeps,
): Promise<void> {
  await applyPush(push, deps);
  if (keys.length > 0) await deps.remote.prepare();
  await eachOf(keys, atOnce, (key) => pushJournal(key, deps));
}

/**
 * What stands there first counts for everybody, as in a store that is shared: only where its result is lost, ours is added.
 */
async function pushJournal(key: RunKey, { remote, journals }: PushResultsDeps): Promise<void> {
  const there = new RemoteJournal(remote.blobs);
  const name = journalName(key);
  const mine = await journals.read(name);
  for (;;) {
    const known = await there.read(name);
    const next = isStartOf(known, mine) ? mine[known.length] : undefined;
    const added = next ?? ((await isLost(known.at(-1), remote)) ? mine.at(-1) : undefined);
    if (added === undefined) return;
    await there.append(name, known.length, added.payload);
    if (next === undefined) return;
  }
}

function isStartOf(known: readonly JournalEntry[], mine: readonly JournalEntry[]): boolean {
  return known.every(({ digest }, at) => mine[at]?.digest === digest);
}

async function isLost(entry: JournalEntry | undefined, remote: TransferDeps['remote']): Promise<boolean> {
  if (entry === undefined) return false;
  return (await remote.missing([{ digest: digestIn(entry.payload, 'result') }])).length > 0;
}
