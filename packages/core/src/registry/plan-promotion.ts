import type { Digest } from '../kernel/index.js';
import type { ObjectRef } from '../store/index.js';
import { champion } from './registry-entry.js';
import type { ChampionEntry, RegistryEntry, VersionEntry } from './registry-entry.js';
import { championOf, versionOf } from './registry-state.js';
import type { RegistryState } from './registry-state.js';

/** A bundle whose bytes were verified. */
export interface PromotedBundle {
  readonly bundle: ObjectRef;
  readonly manifest: Digest;
  /** What training left, which it holds byte for byte. */
  readonly model: ObjectRef;
  /** What the model's evaluation measured; flat. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Why a model may become the champion; it was judged just now. */
export type Evidence = Omit<ChampionEntry, 'formatVersion' | 'type' | 'at' | 'version'>;

/** When, by whom and at which commit an entry is written. */
export type Stamp = Pick<ChampionEntry, 'at' | 'by' | 'revision'>;

export interface PromotionPlan {
  /** What the bundle is, or will be. */
  readonly version: number;
  /** The version that was champion, or its model where that was never packaged; undefined for a first one. */
  readonly from: Pick<ChampionEntry, 'version' | 'model'> | undefined;
  /** To be appended, in this order; none where the bundle is champion already. */
  readonly entries: readonly RegistryEntry[];
}

/**
 * What makes a bundle the champion: its version, unless it has one, and then the alias. Each is an entry of its own, and what was
 * interrupted between them is gone on with.
 *
 * @param evidence why; undefined where its model is the champion already, which then keeps its evidence.
 */
export function planPromotion(
  state: RegistryState,
  promoted: PromotedBundle,
  evidence: Evidence | undefined,
  stamp: Stamp,
): PromotionPlan {
  const from = championOf(state);
  const known = versionOf(state, promoted.manifest);
  const version = known?.version ?? state.versions.length + 1;
  const plan = { version, from: from && { version: from.version, model: from.model } };
  const isChampion = from?.model.digest === promoted.model.digest;
  if (isChampion && from.version === version) return { ...plan, entries: [] };
  const standing = isChampion ? from : evidence;
  if (standing === undefined) throw new Error('a model that is not the champion needs evidence');
  const moved: ChampionEntry = { ...standing, formatVersion: 1, type: champion, ...stamp, version };
  return {
    ...plan,
    entries: [...(known === undefined ? [versionEntry(version, promoted, stamp)] : []), moved],
  };
}

function versionEntry(version: number, promoted: PromotedBundle, stamp: Stamp): VersionEntry {
  return { formatVersion: 1, type: 'version', ...stamp, version, ...promoted };
}
