import { MlError } from '../kernel/index.js';
import type { Stamp } from './plan-promotion.js';
import { champion } from './registry-entry.js';
import type { AliasEntry } from './registry-entry.js';
import type { RegistryState } from './registry-state.js';

export interface AliasRequest extends Stamp {
  readonly alias: string;
  /** A version or the name that stands for one; null removes the alias. */
  readonly to: number | string | null;
  readonly reason?: string | undefined;
}

/**
 * The entry that makes a name of the team's own stand for a version; undefined where it does already.
 *
 * @throws MlError ERR_ML_USAGE for `champion`, which moves on evidence alone; ERR_ML_REGISTRY_ABSENT for a version that is not there
 */
export function planAlias(
  state: RegistryState,
  { alias, to, ...said }: AliasRequest,
  model: string,
): AliasEntry | undefined {
  if (alias === champion)
    throw new MlError('ERR_ML_USAGE', {
      message: `"${champion}" is no alias to be set: it moves on evidence`,
      fix: `nx run ${model}:promote, or back: nx-ml registry rollback ${model}`,
    });
  const version = to === null ? null : resolveVersion(state, to, model);
  if ((state.aliases.get(alias) ?? null) === version) return undefined;
  return { formatVersion: 1, type: 'alias', alias, version, ...said };
}

/** The version that a number or an alias stands for. @throws MlError ERR_ML_REGISTRY_ABSENT */
export function resolveVersion(state: RegistryState, name: number | string, model: string): number {
  const version = typeof name === 'number' ? name : state.aliases.get(name);
  if (version !== undefined && state.versions[version - 1] !== undefined) return version;
  const what = typeof name === 'number' ? `version ${String(name)}` : `alias "${name}"`;
  throw new MlError('ERR_ML_REGISTRY_ABSENT', {
    message: `${model} has no ${what}`,
    fix: `nx-ml registry show ${model} lists its versions and aliases.`,
  });
}
