import { MlError } from '../kernel/index.js';
import type { Digest } from '../kernel/index.js';
import { champion } from './registry-entry.js';
import type { AliasEntry, ChampionEntry, RegistryEntry, VersionEntry } from './registry-entry.js';

/** What the registry of one model says. */
export interface RegistryState {
  /** How many entries said so: what an append is compared with. */
  readonly length: number;
  /** By number, from 1. */
  readonly versions: readonly VersionEntry[];
  /** All that were ever the accepted model, oldest first. */
  readonly champions: readonly ChampionEntry[];
  /** The versions that names stand for; `champion` where its model is packaged. */
  readonly aliases: ReadonlyMap<string, number>;
}

/**
 * Reads a journal's entries in their order.
 *
 * @throws MlError ERR_ML_JOURNAL_BROKEN for an entry that cannot follow those before it: nobody could tell which model it means.
 */
export function registryState(entries: readonly RegistryEntry[]): RegistryState {
  const state = new Reading();
  for (const [at, entry] of entries.entries()) state.take(entry, at);
  return { length: entries.length, ...state.result() };
}

/** The accepted model, if there is one. */
export function championOf({ champions }: RegistryState): ChampionEntry | undefined {
  return champions.at(-1);
}

/** The version of a bundle that was registered. */
export function versionOf({ versions }: RegistryState, manifest: Digest): VersionEntry | undefined {
  return versions.find((each) => each.manifest === manifest);
}

/** Why a model that passed is not to be promoted by itself again: somebody went back from it. */
export function rolledBackFrom({ champions }: RegistryState, model: Digest): ChampionEntry | undefined {
  const last = champions.findLastIndex((each) => each.model.digest === model);
  const next = last < 0 ? undefined : champions[last + 1];
  return next?.because === 'rollback' ? next : undefined;
}

class Reading {
  readonly #versions: VersionEntry[] = [];
  readonly #champions: ChampionEntry[] = [];
  readonly #aliases = new Map<string, number>();

  take(entry: RegistryEntry, at: number): void {
    if (entry.type === 'version') this.#version(entry, at);
    else if (entry.type === 'champion') this.#champion(entry, at);
    else this.#alias(entry, at);
  }

  result(): Pick<RegistryState, 'versions' | 'champions' | 'aliases'> {
    return { versions: this.#versions, champions: this.#champions, aliases: this.#aliases };
  }

  #version(entry: VersionEntry, at: number): void {
    if (entry.version !== this.#versions.length + 1)
      throw broken(at, `version ${String(entry.version)} follows ${String(this.#versions.length)}`);
    if (this.#versions.some(({ manifest }) => manifest === entry.manifest))
      throw broken(at, `${entry.manifest} is a version already`);
    this.#versions.push(entry);
  }

  #champion(entry: ChampionEntry, at: number): void {
    this.#champions.push(entry);
    this.#aliases.delete(champion);
    if (entry.version === undefined) return;
    const { model } = this.#known(entry.version, at);
    if (model.digest !== entry.model.digest)
      throw broken(at, `version ${String(entry.version)} holds another model`);
    this.#aliases.set(champion, entry.version);
  }

  #alias({ alias, version }: AliasEntry, at: number): void {
    if (version === null) {
      this.#aliases.delete(alias);
      return;
    }
    this.#known(version, at);
    this.#aliases.set(alias, version);
  }

  #known(version: number, at: number): VersionEntry {
    const found = this.#versions[version - 1];
    if (found === undefined) throw broken(at, `there is no version ${String(version)}`);
    return found;
  }
}

function broken(at: number, why: string): MlError {
  return new MlError('ERR_ML_JOURNAL_BROKEN', {
    message: `Entry ${String(at)} of the model’s registry cannot follow those before it: ${why}`,
    fix: 'Restore the journal from a backup of the store.',
  });
}
