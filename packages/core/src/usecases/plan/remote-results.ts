import type { Digest } from '../../kernel/index.js';
import { stepId } from '../../layout/index.js';
import { decodeTree } from '../../store/index.js';
import type { ObjectRef, ObjectStore } from '../../store/index.js';
import { isMade, outputsOf, readersByStep } from './lost-results.js';
import type { ForetoldStep, LostResult } from './lost-results.js';
import type { StepForecast } from './forecast-steps.js';
import type { Stores } from '../records/run-store.js';
import type { Workspace } from '../ports.js';

/** What of a result is not on this machine, and comes from the remote when something reads it. */
export interface RemoteResult {
  /** Files. */
  readonly files: number;
  readonly bytes: number;
}

export interface RemoteResultsDeps {
  readonly workspace: Workspace;
  /** With what the remote has. */
  readonly stores: Stores;
  /** The store on this machine alone; undefined where there is no remote. */
  readonly here?: Pick<ObjectStore, 'missing'> | undefined;
}

/**
 * Results that count as made and whose bytes the remote alone has, by step id; those that nobody has are told by
 * lostResults. As there, each file is looked up only where something is about to read it, or to restore it; else what the
 * manifests name, in one question, and a folder whose list is not here counts whole.
 */
export async function remoteResults(
  steps: readonly ForetoldStep[],
  lost: ReadonlyMap<string, LostResult>,
  deps: RemoteResultsDeps,
): Promise<ReadonlyMap<string, RemoteResult>> {
  if (deps.here === undefined) return new Map();
  const readers = readersByStep(steps, deps.workspace);
  const made = steps.filter(({ ref, forecast }) => isStored(forecast) && !lost.has(stepId(ref)));
  const found = await Promise.all(
    made.map(async ({ ref, forecast }) => {
      const isRead = readers.has(stepId(ref)) || forecast.state === 'restore';
      return [stepId(ref), await remoteResult(forecast, { ...deps, isRead })] as const;
    }),
  );
  return new Map(found.flatMap(([id, result]) => (result === undefined ? [] : [[id, result] as const])));
}

interface Asking extends Pick<RemoteResultsDeps, 'stores' | 'here'> {
  /** Each file is looked up. */
  readonly isRead: boolean;
}

/** The same of one step that is not lost. */
export async function remoteResult(
  forecast: StepForecast,
  { stores, here, isRead }: Asking,
): Promise<RemoteResult | undefined> {
  if (here === undefined || !isStored(forecast)) return undefined;
  const sizes = new Map<Digest, number>();
  const refs = outputsOf(forecast.manifest);
  const gone = new Set(await here.missing(refs.map(({ digest }) => digest)));
  let files = 0;
  for (const ref of refs)
    if (ref.kind === 'tree' && isRead)
      for (const { digest, size } of await filesOf(ref, stores)) sizes.set(digest, size);
    else if (gone.has(ref.digest)) {
      sizes.set(ref.digest, ref.size);
      files += ref.files - 1;
    }
  const missing = await here.missing([...sizes.keys()]);
  if (missing.length === 0) return undefined;
  const bytes = missing.reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0);
  return { files: files + missing.length, bytes };
}

async function filesOf(
  { digest }: ObjectRef,
  { objects }: Stores,
): Promise<readonly { readonly digest: Digest; readonly size: number }[]> {
  return decodeTree(await objects.readBytes(digest));
}

/** Its bytes are in a store, or were: those of given data are where they were given. */
function isStored(forecast: StepForecast): forecast is Extract<StepForecast, { readonly manifest: unknown }> {
  return forecast.state === 'restore' || isMade(forecast);
}
