import { isScope, protectedScope } from '@nx-ml/core/cache';
import type { Clock } from '@nx-ml/core/kernel';
import type { Blobs, ServedBlobs } from '@nx-ml/core/remote';

import type { StateFolder } from '../../access/state/index.js';
import { UseLog } from '../../operations/index.js';
import type { GcRules } from '../../operations/index.js';
import {
  countStore,
  planRoom,
  planUnused,
  readScopeStore,
  removeUnits,
  restMs,
  StoreUses,
} from '../../store/index.js';
import type { StoreQuotas, StoreUnit } from '../../store/index.js';

export interface StoreRules extends GcRules {
  readonly store: StoreQuotas;
}

export interface ObjectRemovalDeps {
  readonly blobs: ServedBlobs;
  readonly state: StateFolder;
  readonly clock: Pick<Clock, 'now'>;
  readonly rules: StoreRules;
  /** Only looks. */
  readonly isDry: boolean;
}

/** What went of a scope's store, or would. */
export interface RemovedObjects {
  readonly scope: string;
  readonly blobs: number;
  readonly bytes: number;
}

/**
 * Carries out what the rules say of the store: all of a scope that goes as a whole, what nobody asked for, and of the rest what the quotas
 * leave no room for. A server that runs may have told of something meanwhile: what it keeps is read once more before anything goes.
 */
export async function removeObjects(deps: ObjectRemovalDeps): Promise<readonly RemovedObjects[]> {
  const { blobs, clock, rules, isDry } = deps;
  const log = new UseLog(deps.state, 'store.log');
  await log.read();
  const uses = new StoreUses(log, clock);
  const relied = clock.now() - restMs;
  const plan = await planStore(deps, uses, relied);
  await log.read();
  const units = isDry ? plan : await removeUnits(plan, { blobs, uses, relied });
  const whole = rules.scope === undefined ? undefined : await removeScope(rules.scope, blobs, isDry);
  return [...(whole === undefined ? [] : [whole]), ...byScope(units)];
}

async function planStore(
  { blobs, rules }: ObjectRemovalDeps,
  uses: StoreUses,
  relied: number,
): Promise<readonly StoreUnit[]> {
  const { unusedSince, store, scope: whole } = rules;
  if (unusedSince === undefined && store.total === undefined && store.scope === undefined) return [];
  const bytes = await countStore(blobs);
  if (whole !== undefined) bytes.delete(whole);
  const units: StoreUnit[] = [];
  for (const scope of bytes.keys())
    if (isScope(scope) && scope !== protectedScope) units.push(...(await readScopeStore(scope, blobs, uses)));
  const unused = unusedSince === undefined ? [] : planUnused(units, Math.min(unusedSince, relied));
  for (const { scope, size } of unused) bytes.set(scope, (bytes.get(scope) ?? 0) - size);
  const gone = new Set(unused);
  const left = units.filter((unit) => !gone.has(unit));
  return [...unused, ...planRoom({ units: left, bytes, quotas: store, relied })];
}

/** Journals and all: nobody else sees them. */
async function removeScope(scope: string, blobs: Blobs, isDry: boolean): Promise<RemovedObjects> {
  let [count, bytes] = [0, 0];
  for await (const { name, size } of blobs.list(`store/${scope}/`)) {
    count += 1;
    bytes += size;
    if (!isDry) await blobs.remove(name);
  }
  return { scope, blobs: count, bytes };
}

function byScope(units: readonly StoreUnit[]): readonly RemovedObjects[] {
  return [...new Set(units.map(({ scope }) => scope))].map((scope) => {
    const own = units.filter((unit) => unit.scope === scope);
    return {
      scope,
      blobs: own.reduce((sum, { blobs }) => sum + blobs.length, 0),
      bytes: own.reduce((sum, { size }) => sum + size, 0),
    };
  });
}
