import { MlError } from '../../kernel/index.js';
import type { Clock } from '../../kernel/index.js';
import { planAlias, planRollback } from '../../registry/index.js';
import type { AliasEntry, ChampionEntry } from '../../registry/index.js';
import type { Registry } from './registry.js';

export interface ChangeDeps {
  readonly registry: Registry;
  readonly clock: Clock;
}

export interface ChampionBack {
  readonly project: string;
  /** A version that was champion; undefined: the one before. */
  readonly to?: number | undefined;
  readonly by: string;
  readonly reason: string;
  readonly dryRun?: boolean | undefined;
}

/**
 * Makes an earlier champion the champion again.
 *
 * @returns the entry that says so. @throws MlError ERR_ML_REGISTRY_ABSENT, ERR_ML_REGISTRY_RACE and those of the journal
 */
export async function rollBackChampion(
  { project, dryRun, ...said }: ChampionBack,
  { registry, clock }: ChangeDeps,
): Promise<ChampionEntry> {
  const state = await registry.state(project);
  const entry = planRollback(state, { ...said, at: new Date(clock.now()).toISOString() }, project);
  if (dryRun !== true && !(await registry.append(project, state.length, entry))) throw race(project);
  return entry;
}

export interface AliasChange {
  readonly project: string;
  readonly alias: string;
  /** A version or an alias that stands for one; null removes the alias. */
  readonly to: number | string | null;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/** @returns the entry; undefined where the alias stands for that already. @throws MlError as rollBackChampion, and ERR_ML_USAGE */
export async function setAlias(
  { project, dryRun, ...said }: AliasChange,
  { registry, clock }: ChangeDeps,
): Promise<AliasEntry | undefined> {
  const state = await registry.state(project);
  const entry = planAlias(state, { ...said, at: new Date(clock.now()).toISOString() }, project);
  if (entry === undefined || dryRun === true) return entry;
  if (!(await registry.append(project, state.length, entry))) throw race(project);
  return entry;
}

function race(project: string): MlError {
  return new MlError('ERR_ML_REGISTRY_RACE', {
    message: `Somebody else wrote into the registry of ${project} meanwhile; nothing was changed`,
    fix: `Look what it says now, nx-ml registry show ${project}, and say it again.`,
  });
}
