import { canonicalJson } from '../../kernel/index.js';
import type { JsonObject } from '../../kernel/index.js';
import { membershipOf } from '../space/index.js';
import type { Dimension } from '../space/index.js';
import type { StudyState, Trial } from './study-state.js';
import { partParams } from './trial-params.js';
import type { TrialValues } from './trial-params.js';

/** What a study is about now. */
export interface StudyScope {
  /** Hex digits of the digest of all that a result follows from, but for parameters and seed. */
  readonly context: string;
  readonly dimensions: readonly Dimension[];
  /** Parameters of `train` as they are. */
  readonly params: JsonObject;
}

/** A trial that counts: of this code and data, and of a point of this space. */
export interface ScopedTrial extends Trial {
  /** Of the parameters that are tuned and exist. */
  readonly values: TrialValues;
}

/** The part of a study that is about what is tuned now: the rest was about other code, other data, or another space. */
export class StudyView {
  readonly scope: StudyScope;
  readonly names: readonly string[];
  readonly #others: string;
  /** Of trials as they are: each is asked for again and again, and is the same until something is told of it. */
  readonly #known = new WeakMap<Trial, ScopedTrial | 'other'>();

  constructor(scope: StudyScope) {
    this.scope = scope;
    this.names = scope.dimensions.map(({ parameter }) => parameter.name);
    this.#others = canonicalJson(partParams(scope.params, this.names).others);
  }

  /** By number. */
  trialsIn({ trials }: StudyState): readonly ScopedTrial[] {
    const scoped: ScopedTrial[] = [];
    for (const trial of trials) {
      const known = this.#known.get(trial) ?? this.#scoped(trial);
      if (known !== 'other') scoped.push(known);
    }
    return scoped;
  }

  /** The values that parameters have where they lie in the space; undefined where they do not. */
  valuesIn(params: JsonObject): TrialValues | undefined {
    // What is not searched is compared below: there a parameter that does not exist counts for nothing.
    const membership = membershipOf(this.scope.dimensions, params, params);
    return 'params' in membership ? membership.params : undefined;
  }

  /** Why parameters lie outside of the space; undefined where they do not. */
  whyOutside(params: JsonObject): string | undefined {
    const membership = membershipOf(this.scope.dimensions, params, params);
    return 'params' in membership ? undefined : membership.outside;
  }

  #scoped(trial: Trial): ScopedTrial | 'other' {
    const values = this.#valuesOf(trial);
    const scoped = values === undefined ? 'other' : { ...trial, values };
    this.#known.set(trial, scoped);
    return scoped;
  }

  #valuesOf({ context, params }: Trial): TrialValues | undefined {
    if (context !== this.scope.context) return undefined;
    if (canonicalJson(partParams(params, this.names).others) !== this.#others) return undefined;
    return this.valuesIn(params);
  }
}
