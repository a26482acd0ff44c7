import type { CandidateMode, Counts, Observed, Route } from '@nx-ml/core/deploy';
import { hexOf } from '@nx-ml/core/kernel';
import type { Digest } from '@nx-ml/core/kernel';

import type { ServiceState } from '../gateway-control.js';
import type { LoadedModel, LoadedRelease } from '../release/index.js';
import { ArmCounter } from './arm-counter.js';
import { CountedShares } from './counted-shares.js';
import { newRevision } from './revision.js';

/** Who answers a share of the requests. */
export interface ServingArm {
  readonly release: LoadedRelease;
  readonly counter: ArmCounter;
}

export interface CandidateArm extends ServingArm {
  readonly share: number;
  readonly mode: CandidateMode;
}

/** What serves a request, as one value: a request sees it whole. */
export interface Arms {
  readonly baseline: ServingArm | undefined;
  readonly candidate: CandidateArm | undefined;
}

/** Of shadowed requests. */
export interface Compared {
  pairs: number;
  different: number;
}

/** One service: the releases that are loaded for it, and its route. It changes in one step, and does nothing else. */
export class Service {
  readonly releases = new Map<Digest, LoadedRelease>();
  arms: Arms = { baseline: undefined, candidate: undefined };
  previous: Digest | null = null;
  revision = newRevision();
  compared: Compared = { pairs: 0, different: 0 };
  #counted: Counts | undefined;
  #shares = new CountedShares();

  constructor(readonly name: string) {}

  get route(): Route {
    const { baseline, candidate } = this.arms;
    return {
      baseline: baseline?.release.id ?? null,
      ...(candidate && {
        candidate: { release: candidate.release.id, share: candidate.share, mode: candidate.mode },
      }),
    };
  }

  get observed(): Observed {
    return { revision: this.revision, route: this.route, previous: this.previous };
  }

  get state(): ServiceState {
    const { name: service, revision, previous } = this;
    return { service, revision, baseline: this.arms.baseline?.release.id ?? null, previous };
  }

  /** Since the candidate began; when it is gone, what had been counted until then. */
  get counts(): Counts {
    if (this.arms.candidate === undefined) {
      const none = new ArmCounter().counts;
      return this.#counted ?? { baseline: none, candidate: none };
    }
    const compared = this.compared.pairs > 0 ? { compared: { ...this.compared } } : {};
    return { ...this.#shares.counts, ...compared };
  }

  /**
   * Serves this from now on. The same candidate in the same way beside the same baseline goes on with its counts, whatever its share;
   * anything else begins with none.
   */
  serve(to: Route, previous: Digest | null): void {
    const goesOn = this.#goesOn(to);
    const { candidate } = this.arms;
    if (candidate !== undefined && !goesOn) this.#counted = this.counts;
    if (to.candidate !== undefined && !goesOn) {
      this.#counted = undefined;
      this.compared = { pairs: 0, different: 0 };
      this.#shares = new CountedShares();
    }
    const counting = this.#shares.begin(to.candidate?.share ?? 0);
    this.arms = {
      baseline: to.baseline === null ? undefined : this.#arm(to.baseline, counting.baseline),
      candidate: to.candidate && {
        ...this.#arm(to.candidate.release, counting.candidate),
        share: to.candidate.share,
        mode: to.candidate.mode,
      },
    };
    this.previous = previous;
    this.revision = newRevision();
  }

  /**
   * A model as it can be asked: of the baseline, or where its version is named, of any release that is served or can be gone back to.
   *
   * @param version digits of the bundle's digest, at least as many as its version has; with or without `sha256:`
   */
  modelOf(name: string, version: string | undefined): LoadedModel | undefined {
    return version === undefined
      ? (this.arms.baseline ?? this.arms.candidate)?.release.models.get(name)
      : this.named(name, version)?.model;
  }

  /** As `modelOf`, with the release. */
  named(
    name: string,
    version: string,
  ): { readonly release: LoadedRelease; readonly model: LoadedModel } | undefined {
    const digits = version.replace(/^sha256:/, '');
    for (const release of this.#askable()) {
      const model = release.models.get(name);
      if (model === undefined || digits.length < model.version.length) continue;
      if (hexOf(model.bundle).startsWith(digits)) return { release, model };
    }
    return undefined;
  }

  /** The versions of a model that may be named, the baseline's first. */
  versionsOf(name: string): string[] {
    const versions = this.#askable().map((release) => release.models.get(name)?.version);
    return [...new Set(versions.filter((version) => version !== undefined))];
  }

  #askable(): LoadedRelease[] {
    const { baseline, candidate } = this.arms;
    const previous = this.previous === null ? undefined : this.releases.get(this.previous);
    return [baseline?.release, candidate?.release, previous].filter((release) => release !== undefined);
  }

  #goesOn({ baseline, candidate }: Route): boolean {
    const now = this.arms;
    return (
      now.candidate?.release.id === candidate?.release &&
      now.candidate?.mode === candidate?.mode &&
      now.baseline?.release.id === baseline
    );
  }

  /** Whether a release is served, or may be gone back to. */
  needs(release: Digest): boolean {
    const { baseline, candidate } = this.arms;
    return [baseline?.release.id, candidate?.release.id, this.previous].includes(release);
  }

  #arm(id: Digest, counter: ArmCounter): ServingArm {
    const release = this.releases.get(id);
    if (release === undefined) throw new Error(`Release ${id} is not loaded.`);
    return { release, counter };
  }
}
